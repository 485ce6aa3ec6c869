/**
 * What tabs on the same data tell each other: that a project has something new, never what it is. Whoever hears of it
 * reads the storage, whose order is the same for all, so tabs agree whatever order the news came in.
 */
import type { AppStorage } from '../storage/appStorage.ts';

/** How news travels between the tabs; what one tab tells, it does not hear itself. */
export interface TabChannel {
  tell(projectId: string): void;
  /** @param hear called with the id of a project that another tab changed, made or deleted */
  listen(hear: (projectId: string) => void): void;
}

/** The browser's own channel, between all tabs of one origin. */
export function browserChannel(): TabChannel {
  const channel = new BroadcastChannel('palate.projects');
  return {
    tell: (projectId) => channel.postMessage(projectId),
    listen: (hear) => channel.addEventListener('message', ({ data }) => hear(String(data))),
  };
}

/** The same storage; the other tabs are told of every change of a project once it is stored. */
export function tellingStorage(storage: AppStorage, channel: TabChannel): AppStorage {
  const told = async <T>(projectId: string, stored: Promise<T>): Promise<T> => {
    const result = await stored;
    channel.tell(projectId);
    return result;
  };
  return {
    kind: storage.kind,
    listProjects: () => storage.listProjects(),
    putProject: (project) => told(project.id, storage.putProject(project)),
    deleteProject: (projectId) => told(projectId, storage.deleteProject(projectId)),
    countRecords: () => storage.countRecords(),
    loadProject: (projectId) => storage.loadProject(projectId),
    add: (projectId, addition) => told(projectId, storage.add(projectId, addition)),
    // Heads are not told of: every tab trains its own from the same judgments.
    putHead: (projectId, head) => storage.putHead(projectId, head),
    listHeads: (projectId) => storage.listHeads(projectId),
    getMeasurements: (encoderId, textHashes) => storage.getMeasurements(encoderId, textHashes),
    putMeasurements: (encoderId, entries) => storage.putMeasurements(encoderId, entries),
    clear: () => storage.clear(),
    close: () => storage.close(),
  };
}

/** Runs `act` one at a time: all calls that come while it runs are answered by one more run after it. */
export function coalesced(act: () => Promise<void>): () => void {
  let isDue = false;
  let isRunning = false;
  return () => {
    isDue = true;
    if (!isRunning) void run();
  };
  async function run(): Promise<void> {
    isRunning = true;
    while (isDue) {
      isDue = false;
      // What could not be read now is read at the next news.
      await act().catch(() => undefined);
    }
    isRunning = false;
  }
}
