/** The download service over the browser's own file system and locks, and a hub in this worker's memory. */
import { expose } from 'comlink';
import { ModelDownloadService } from '../../workers/modelDownloadService.ts';
import { ModelShelf } from '../../workers/modelShelf.ts';
import { BAD_DOWNLOADS, MemoryHub, stream } from './memoryHub.ts';
import { modelOf } from './modelSamples.ts';

class HubWorker extends ModelDownloadService {
  #hub = new MemoryHub({});

  constructor() {
    super({
      fetch: (...asked) => this.#hub.fetch(...asked),
      openShelf: () => ModelShelf.open(),
      locks: navigator.locks,
    });
  }

  serve(weightsBytes: number): void {
    this.#hub = new MemoryHub(modelOf(weightsBytes));
  }

  /** From now on every answer is of that kind, or good where there is no such kind. */
  spoil(kind: string): void {
    this.#hub.spoil = BAD_DOWNLOADS.find((bad) => bad.kind === kind)?.spoil ?? (() => undefined);
  }

  /** Large files stop coming after so many bytes, and the connection stays. */
  stall(length: number): void {
    this.#hub.spoil = ({ path, bytes, signal }) =>
      path === 'config.json' ? undefined : new Response(stream(bytes.subarray(0, length), signal, 'never'));
  }

  requests(): readonly { readonly path: string; readonly from: number }[] {
    return this.#hub.requests.splice(0);
  }

  async verify(id: string): Promise<readonly string[]> {
    const shelf = await ModelShelf.open();
    const paths = [...(await shelf.open(id)).keys()];
    for (const path of paths) await shelf.verify(id, path);
    return paths;
  }
}

export type { HubWorker };

expose(new HubWorker());
