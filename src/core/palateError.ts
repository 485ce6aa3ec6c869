/** Errors that the interface and the terminal switch on. Anything else is a defect and is shown as one. */
export type ErrorCode =
  | 'cancelled'
  | 'no-webgpu'
  | 'device-lost'
  | 'shader-failed'
  | 'out-of-memory'
  | 'encoder-mismatch'
  | 'encoder-unknown'
  | 'model-missing'
  | 'model-failed'
  | 'download-failed'
  | 'server-failed'
  | 'too-few-pairs'
  | 'diverged'
  | 'bad-file'
  | 'bad-prompt'
  | 'bad-head'
  | 'storage-failed'
  | 'storage-full'
  | 'storage-newer'
  | 'worker-died';

/**
 * An error with a code. `message` says what was expected, what came and what to do, in words for a person. The code
 * stands in `name` too: of an error that crosses a worker boundary only message, name and stack arrive.
 */
export class PalateError extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options as ErrorOptions);
    this.name = `PalateError ${code}`;
    this.code = code;
  }
}

/** The code of an error, also after it crossed a worker boundary and lost its class. */
export function errorCode(error: unknown): ErrorCode | undefined {
  if (error instanceof PalateError) return error.code;
  const name = error instanceof Error ? error.name : '';
  return name.startsWith('PalateError ') ? (name.slice('PalateError '.length) as ErrorCode) : undefined;
}

/** What whatever was thrown says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
