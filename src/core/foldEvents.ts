/**
 * From the log of events to what holds now. The last judgment of a comparison that was not taken back wins, repeats
 * aside. Undo of an undo restores the original, so undo and redo are endless and survive a reload.
 */
import type {
  ComparisonState,
  GenerationEvent,
  Judgment,
  PreferenceEvent,
  RankingEvent,
  ThumbEvent,
} from './preference.ts';
import { inOneGo, STEP_ITEMS, type Steps } from './steps.ts';

export interface FoldedEvents {
  /** Current state by comparison id, in the order of their first events; comparisons without events are absent. */
  readonly states: ReadonlyMap<string, ComparisonState>;
  /** The rankings and thumbs that hold, oldest first. */
  readonly rankings: readonly RankingEvent[];
  readonly thumbs: readonly ThumbEvent[];
  /** The generations that were not removed, oldest first. */
  readonly generations: readonly GenerationEvent[];
  /** The judgments and repeats that hold and were given here, not imported, oldest first. */
  readonly answers: readonly Judgment[];
  /** The event ids that undo would take back, oldest first. */
  readonly undoable: readonly string[];
  /** The undo events that redo would take back, oldest first. A new act empties it. */
  readonly redoable: readonly string[];
}

/**
 * Folds events in the order they were stored. An undo whose target is unknown has no effect, and a part whose whole is
 * unknown stands for itself: a merged log may lack them. So has an undo of what is undone already: two tabs may take back
 * the same act before they hear of each other.
 */
export function foldEvents(events: Iterable<PreferenceEvent>): FoldedEvents {
  return inOneGo(foldSteps(events));
}

export function* foldSteps(events: Iterable<PreferenceEvent>): Steps<FoldedEvents> {
  const acts: PreferenceEvent[] = [];
  const byId = new Map<string, PreferenceEvent>();
  const active = new Set<string>();
  /** By act, the undo that counts. */
  const tookBack = new Map<string, string>();
  const undoable: string[] = [];
  const redoable: string[] = [];
  for (const event of events) {
    if (byId.has(event.id)) continue;
    byId.set(event.id, event);
    if (byId.size % STEP_ITEMS === 0) yield;
    if (event.kind !== 'undo') {
      acts.push(event);
      active.add(event.id);
      if (isPersonal(event)) {
        undoable.push(event.id);
        redoable.length = 0;
      }
      continue;
    }
    const target = byId.get(event.target);
    if (!target) continue;
    if (target.kind === 'undo') {
      if (active.has(target.target)) continue;
      active.add(target.target);
      undoable.push(target.target);
      removeLast(redoable, tookBack.get(target.target)!);
    } else if (active.has(target.id)) {
      active.delete(target.id);
      removeLast(undoable, target.id);
      if (isPersonal(target)) redoable.push(event.id);
      tookBack.set(target.id, event.id);
    }
  }
  const isActive = (act: PreferenceEvent): boolean => {
    const whole = act.kind === 'judgment' && act.partOf !== undefined && byId.get(act.partOf);
    return active.has(whole ? whole.id : act.id);
  };
  const held = acts.filter(isActive);
  const states = new Map<string, ComparisonState>();
  for (const [place, act] of held.entries()) {
    applyAct(states, act);
    if (place % STEP_ITEMS === 0) yield;
  }
  return {
    states,
    rankings: held.filter((act) => act.kind === 'ranking'),
    thumbs: held.filter((act) => act.kind === 'thumb'),
    generations: held.filter((act) => act.kind === 'generation'),
    answers: held.filter((act) => act.kind === 'judgment' && isAnswer(states, act)) as Judgment[],
    undoable,
    redoable,
  };
}

function isAnswer(states: ReadonlyMap<string, ComparisonState>, act: Judgment): boolean {
  const { judgment, repeat } = states.get(act.comparisonId) ?? {};
  return isPersonal(act) && (act === judgment || act === repeat?.again);
}

/** Imported judgments come by the thousand in one act, parts of an act with their whole: undo steps over them. */
function isPersonal(event: PreferenceEvent): boolean {
  if (event.kind === 'generation') return false;
  return event.kind !== 'judgment' || event.durationMs !== undefined;
}

function removeLast(list: string[], id: string): void {
  const index = list.lastIndexOf(id);
  if (index >= 0) list.splice(index, 1);
}

function applyAct(states: Map<string, ComparisonState>, act: PreferenceEvent): void {
  const change = (id: string, next: Partial<ComparisonState>): void => {
    states.set(id, { deleted: false, ...states.get(id), ...next });
  };
  switch (act.kind) {
    case 'judgment': {
      const before = states.get(act.comparisonId)?.judgment;
      if (!act.isRepeat) change(act.comparisonId, { judgment: act });
      if (!before) return;
      if (act.isRepeat) change(act.comparisonId, { repeat: { before, again: act } });
      if (act.isHindsight) change(act.comparisonId, { hindsight: { before, after: act } });
      return;
    }
    case 'note':
      return change(act.comparisonId, { note: act.text === '' ? undefined : act.text });
    case 'delete':
      return act.comparisonIds.forEach((id) => change(id, { deleted: true }));
    case 'restore':
      return act.comparisonIds.forEach((id) => change(id, { deleted: false }));
    case 'ranking':
    case 'edit':
    case 'thumb':
    case 'generation':
    case 'undo':
      return;
  }
}
