import type { AppState } from '../../state/appState.svelte.ts';
import { downloadBlob } from './download.ts';

/** Hands everything to the person as one file; that it could not be made is in `app.backup.status`. */
export async function saveBackup(app: AppState): Promise<void> {
  const file = await app.backup.write();
  if (file) downloadBlob(file.name, file.content);
}
