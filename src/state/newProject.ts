/** What a project is like when it is new. */
import type { Project } from '../storage/appStorage.ts';
import type { Environment } from './projectState.svelte.ts';

export const DEFAULT_PROJECT_NAME = 'My taste';
/** The encoder that comes with the app; its code runs in the worker only, so here it is just a name. */
export const DEFAULT_ENCODER_ID = 'builtin-1';

/** The choice of that encoder. */
export const BUILTIN = { encoderId: DEFAULT_ENCODER_ID, sentence: undefined };

/** How a project starts. */
export const NEW_SETTINGS: Project['settings'] = {
  encoderId: DEFAULT_ENCODER_ID,
  headKind: 'linear',
  backend: 'auto',
  seed: 1,
};

export function newProject(name: string, environment: Environment): Project {
  return {
    id: environment.createId(),
    name,
    createdAt: environment.now(),
    settings: NEW_SETTINGS,
  };
}
