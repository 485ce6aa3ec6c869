/** Errors that the interface and the terminal switch on. Anything else is a defect and is shown as one. */
export type ErrorCode =
  | 'cancelled'
  | 'no-webgpu'
  | 'device-lost'
  | 'shader-failed'
  | 'encoder-mismatch'
  | 'encoder-unknown'
  | 'too-few-pairs'
  | 'diverged'
  | 'bad-file'
  | 'bad-head'
  | 'storage-failed'
  | 'storage-full'
  | 'storage-newer'
  | 'worker-died';

/** An error with a code. `message` says what was expected, what came and what to do, in words for a person. */
export class PalateError extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options as ErrorOptions);
    this.name = 'PalateError';
    this.code = code;
  }
}

/** The code of an error, also after it crossed a worker boundary and lost its class. */
export function errorCode(error: unknown): ErrorCode | undefined {
  return typeof error === 'object' && error !== null && 'code' in error
    ? (error as { code?: ErrorCode }).code
    : undefined;
}
