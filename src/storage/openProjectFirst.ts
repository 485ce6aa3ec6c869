/**
 * What a backup is written from: the storage, and for the open project what is on screen, which may be more than the
 * storage took (it is full) or all there is (it was erased).
 */
import type { AppStorage, WholeProject } from './appStorage.ts';

export type BackupSource = Pick<AppStorage, 'listProjects' | 'loadProject' | 'listHeads'>;

/** @returns `isPartial` says, once the projects were listed, that only the open one could be read */
export function openProjectFirst(
  storage: BackupSource,
  open: WholeProject,
): BackupSource & { readonly isPartial: boolean } {
  const { project, comparisons, events, imports, heads } = open;
  let isPartial = false;
  return {
    get isPartial() {
      return isPartial;
    },
    listProjects: async () => {
      const stored = await storage.listProjects().catch(() => {
        isPartial = true;
        return [];
      });
      return [...stored.filter(({ id }) => id !== project.id), project];
    },
    loadProject: async (id) =>
      id === project.id ? { comparisons, events, imports } : storage.loadProject(id),
    listHeads: async (id) => (id === project.id ? [...heads] : storage.listHeads(id)),
  };
}
