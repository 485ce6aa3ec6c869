/** Heads from files: told apart from other files, read, and tried on the encoder before they are used. */
import {
  badHead,
  headFromFile,
  refuseLargeHead,
  requireOwnState,
  type PortableHead,
} from '../core/headFile.ts';
import { sentenceChoiceOf } from '../core/sentenceModel.ts';
import type { EncoderApi } from '../../workers/encoderApi.ts';

/** A head file names its format in its first characters. */
export async function saysItIsHead(file: Blob): Promise<boolean> {
  return /^\s*\{\s*"format"\s*:\s*"palate-head"/u.test(await file.slice(0, 200).text());
}

/**
 * Reads a head and encodes nothing with its encoder state: an unknown encoder or a broken state is found out here.
 * @throws PalateError `bad-head`, `encoder-unknown`, `encoder-mismatch`, naming the reason
 */
export async function readHead(encoder: EncoderApi, file: Blob, name: string): Promise<PortableHead> {
  refuseLargeHead(file.size, name);
  const portable = headFromFile(await file.text(), name);
  const { head, encoderState } = portable;
  const request = {
    encoderId: head.provenance.encoderId,
    sentence: sentenceChoiceOf(encoderState),
    inputs: [],
    cached: [],
    promptOfRow: new Uint32Array(0),
    state: { kind: 'known', json: encoderState } as const,
  };
  const { features, stateId } = await encoder.encode(request, () => undefined);
  if (features.dimension !== head.dimension) {
    throw badHead(
      name,
      `its encoder state makes ${features.dimension} features, the head expects ${head.dimension}.`,
    );
  }
  requireOwnState(head, stateId, name);
  return portable;
}
