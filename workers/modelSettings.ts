/** Settings of a model that lies on this device, read without opening it. */
import type { OpenModel } from './modelRuntime.ts';

/**
 * @returns the JSON of each path, an object without fields where there is no such file
 * @throws PalateError `model-missing`
 */
export async function readSettings(
  openModel: OpenModel,
  id: string,
  paths: readonly string[],
): Promise<readonly unknown[]> {
  const files = await openModel(id, false);
  const read = async (path: string): Promise<unknown> => {
    const text = await files.get(path)?.text();
    return text === undefined ? {} : JSON.parse(text);
  };
  return Promise.all(paths.map(read));
}
