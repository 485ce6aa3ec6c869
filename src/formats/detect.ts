/**
 * Which format a row has. The formats are asked in order, the one with the most specific fields first; every row is
 * judged by itself, so a mixed file is split by format and nothing is guessed.
 */
import { shorten } from '../core/jsonScan.ts';
import { alpacaAnnotations } from './alpacaAnnotations.ts';
import { anthropicHh } from './anthropicHh.ts';
import { autoJ } from './autoJ.ts';
import { fineGrainedRlhf } from './fineGrainedRlhf.ts';
import { ktoUnpaired } from './ktoUnpaired.ts';
import { openaiDpo } from './openaiDpo.ts';
import { pandaLm } from './pandaLm.ts';
import { plainTable } from './plainTable.ts';
import type { PreferenceFormat } from './preferenceFormat.ts';
import type { SourceRecord } from './rows/sourceRow.ts';
import { readCandidateRow } from './candidateRow.ts';
import { trlExplicitConversational } from './trlExplicitConversational.ts';
import { trlExplicitStandard } from './trlExplicitStandard.ts';
import { trlImplicitConversational } from './trlImplicitConversational.ts';
import { trlImplicitStandard } from './trlImplicitStandard.ts';

export const PREFERENCE_FORMATS: readonly PreferenceFormat[] = [
  openaiDpo,
  alpacaAnnotations,
  fineGrainedRlhf,
  autoJ,
  pandaLm,
  trlExplicitStandard,
  trlExplicitConversational,
  trlImplicitConversational,
  anthropicHh,
  trlImplicitStandard,
  ktoUnpaired,
  plainTable,
];

/** The first format that the row fits; undefined when it fits none. */
export function formatOf(record: SourceRecord): PreferenceFormat | undefined {
  return PREFERENCE_FORMATS.find((format) => format.matches(record));
}

/** Why a row fits no format, with the closest format and what the row lacks of it. */
export function whyNoFormat(record: SourceRecord): string {
  if (readCandidateRow(record).kind === 'wide') {
    return 'holds candidates without a verdict on them: open this file under Rerank';
  }
  const compared = PREFERENCE_FORMATS.map((format) => ({ format, ...format.compareFields(record) }));
  const share = ({ present, missing }: (typeof compared)[number]): number =>
    present.length / (present.length + missing.length);
  const closest = compared.reduce((best, next) => (share(next) > share(best) ? next : best));
  if (closest.present.length === 0) {
    const fields = Object.keys(record)
      .slice(0, 8)
      .map((field) => `\`${shorten(field)}\``)
      .join(', ');
    return `fits no known format; its fields are ${fields || 'none'}`;
  }
  const missing = closest.missing.map(code).join(', ');
  return `fits no known format; closest is ${closest.format.title}, which also needs ${missing}`;
}

/** A field in a reason; a description that already quotes fields stays as it is. */
function code(field: string): string {
  return field.includes('`') ? field : `\`${field}\``;
}
