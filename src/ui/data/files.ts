/** Files as browsers hand them over, turned into what the state takes. */

export function namedFiles(
  files: FileList | null | undefined,
): { readonly name: string; readonly content: Blob }[] {
  return Array.from(files ?? [], (file) => ({ name: file.name, content: file }));
}
