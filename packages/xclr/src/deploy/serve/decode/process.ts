// A decoding process of the server: one image at a time, until it is ended. It is a process and no thread, because native
// code that does not come back can only be ended with the process that it runs in.
import sharp from 'sharp';
import type { DecodeJob, DecoderStart } from './protocol.js';
import { decoderOf } from './work.js';

sharp.cache(false);
sharp.concurrency(1); // the processes are the parallelism

// The server decides when this process ends: a signal to the whole group must not cut off what it has accepted.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
// Without the server there is nothing to do, and process.exit would wait for a decoder that hangs.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

let decode: ReturnType<typeof decoderOf> | undefined;
process.on('message', (message: DecoderStart | DecodeJob) => {
  if (decode === undefined) {
    decode = decoderOf(message as DecoderStart);
    process.send?.('ready');
    return;
  }
  void decode(message as DecodeJob).then((answer) => process.send?.(answer));
});
