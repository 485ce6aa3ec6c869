/** A file that leaves, as its whole text. */
export interface TextFile {
  readonly name: string;
  readonly text: string;
  readonly type: string;
}
