/**
 * One of the app's services that has an accident once: the name of its worker says in which call and at which moment of
 * it. The page is told just before, and the call that was struck is never answered.
 */
import { EncoderService } from '../../../workers/encoderService.ts';
import { ImporterService } from '../../../workers/importerService.ts';
import { JournalService } from '../../../workers/journalService.ts';
import { serve } from '../../../workers/serve.ts';
import { haveAccident } from '../../helpers/accidents.ts';
import { STRUCK, type ServiceName, type WorkerFault } from './workerFault.ts';

type Method = (...args: never[]) => Promise<unknown>;

const [name, fault] = JSON.parse(self.name) as [ServiceName, WorkerFault?];
const never = new Promise<never>(() => undefined);
let isArmed = false;
let isStruck = false;
let struckMethod: Method | undefined;

function strike(): void {
  if (isStruck || !fault) return;
  isStruck = true;
  postMessage(STRUCK);
  haveAccident(fault.accident);
}

function strikeIfArmed(): void {
  if (isArmed) strike();
}

/** In the middle of a call: when it reads its 60th text, decodes a piece of a file, has written and not yet flushed. */
function interrupt(): void {
  const { decode } = TextDecoder.prototype;
  TextDecoder.prototype.decode = function (this: TextDecoder, ...args) {
    strikeIfArmed();
    return decode.apply(this, args);
  };
  const { flush } = FileSystemSyncAccessHandle.prototype;
  FileSystemSyncAccessHandle.prototype.flush = function (this: FileSystemSyncAccessHandle) {
    strikeIfArmed();
    flush.call(this);
  };
}

function tearWrites(): void {
  const { write } = FileSystemSyncAccessHandle.prototype;
  FileSystemSyncAccessHandle.prototype.write = function (this: FileSystemSyncAccessHandle, bytes, options) {
    if (!isArmed) return write.call(this, bytes, options);
    const written = write.call(this, (bytes as Uint8Array<ArrayBuffer>).subarray(0, 20), options);
    strike();
    return written;
  };
}

function interruptRemovals(): void {
  const { removeEntry } = FileSystemDirectoryHandle.prototype;
  FileSystemDirectoryHandle.prototype.removeEntry = function (this: FileSystemDirectoryHandle, ...args) {
    strikeIfArmed();
    return removeEntry.apply(this, args);
  };
}

/** Reading the text of this row is the middle of a call to the encoder. */
const STRUCK_ROW = '60';

function watched(args: readonly unknown[]): unknown[] {
  if (fault?.method !== 'encode') return [...args];
  const [request, ...rest] = args as [{ readonly inputs: readonly object[] }];
  const inputs = new Proxy(request.inputs, {
    get(rows, row) {
      if (row === STRUCK_ROW) strikeIfArmed();
      return Reflect.get(rows, row) as unknown;
    },
  });
  return [{ ...request, inputs }, ...rest];
}

function withAccident(method: Method, { call, moment }: WorkerFault): Method {
  let calls = 0;
  return async (...args) => {
    if (++calls !== call) return method(...args);
    if (moment === 'before') strike();
    isArmed = ['during', 'half written', 'removing'].includes(moment);
    const outcome = method(...(watched(args) as never[]));
    await outcome.catch(() => undefined);
    isArmed = false;
    if (moment === 'answering') strike();
    if (isStruck) return never;
    if (moment === 'idle') setTimeout(strike, 5);
    return outcome;
  };
}

function createService(): object {
  if (name === 'encoder') return new EncoderService();
  return name === 'importer' ? new ImporterService() : new JournalService();
}

function faultyService(): object {
  const service = createService();
  return new Proxy(service, {
    get(target, key) {
      const method = (Reflect.get(target, key) as Method).bind(target);
      return key === fault?.method ? (struckMethod ??= withAccident(method, fault)) : method;
    },
  });
}

if (fault?.moment === 'loading') strike();
if (fault?.moment === 'during') interrupt();
if (fault?.moment === 'half written') tearWrites();
if (fault?.moment === 'removing') interruptRemovals();
serve(faultyService());
