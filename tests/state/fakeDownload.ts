/** A hub and a shelf in memory, as the page sees them. */
import { totalBytes, type ModelManifest } from '../../src/core/modelManifest.ts';
import { PalateError } from '../../src/core/palateError.ts';
import type {
  DownloadProgress,
  FoundModel,
  KeptModel,
  ModelDownloadApi,
  PickedFile,
} from '../../workers/modelDownloadApi.ts';

export const TINY_MODEL: FoundModel = {
  repository: 'palate/tiny',
  commit: '0123456789abcdef0123456789abcdef01234567',
  files: [
    { path: 'config.json', bytes: 400, digest: { kind: 'sha256', hex: 'a'.repeat(64) } },
    { path: 'onnx/model.onnx', bytes: 600, digest: { kind: 'sha256', hex: 'b'.repeat(64) } },
  ],
};

export class FakeDownload implements ModelDownloadApi {
  readonly asked: string[] = [];
  kept: KeptModel[] = [];
  failure?: PalateError;
  /** Called half-way. */
  onHalf: () => void = () => undefined;

  describe(repository: string, revision: string, weights: string): Promise<FoundModel> {
    this.asked.push(`${repository} ${revision} ${weights}`);
    return this.failure ? Promise.reject(this.failure) : Promise.resolve({ ...TINY_MODEL, repository });
  }

  async download(manifest: ModelManifest, onProgress: (progress: DownloadProgress) => void): Promise<void> {
    const total = totalBytes(manifest);
    const keep = (bytes: number): void => {
      const others = this.kept.filter((one) => one.manifest.id !== manifest.id);
      this.kept = [...others, { manifest, isWhole: bytes === total, bytes }];
      onProgress({ done: bytes, total, path: manifest.files[0].path });
    };
    keep(total / 2);
    this.onHalf();
    await Promise.resolve();
    if (this.failure) throw this.failure;
    keep(total);
    // The last of a worker's progress may be heard after the end.
    setTimeout(() => keep(total));
  }

  cancel(): Promise<void> {
    this.failure = new PalateError('cancelled', 'Cancelled.');
    return Promise.resolve();
  }

  forget(id: string): Promise<void> {
    this.kept = this.kept.filter(({ manifest }) => manifest.id !== id);
    return Promise.resolve();
  }

  addFolder(id: string, files: readonly PickedFile[]): Promise<ModelManifest> {
    this.asked.push(`${id}: ${files.map(({ path }) => path).join(' ')}`);
    const manifest = { id, files: TINY_MODEL.files };
    this.kept = [...this.kept, { manifest, isWhole: true, bytes: 1_000 }];
    return Promise.resolve(manifest);
  }

  list = () => Promise.resolve(this.kept);
  ping = () => Promise.resolve();
}
