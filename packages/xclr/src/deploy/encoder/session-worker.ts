// Thread of an ONNX session: onnxruntime-node computes on the thread that calls it, which must not be the one that answers requests.
import { parentPort, workerData } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Pass, SessionAnswer, SessionStart } from './session-protocol.js';

if (parentPort === null) throw new Error('session-worker.ts runs only as a worker thread');
const port = parentPort;
const tell = (answer: SessionAnswer, transfer: ArrayBuffer[] = []) => port.postMessage(answer, transfer);
const said = (error: unknown) => (error instanceof Error ? error.message : String(error));

const { model, threads } = workerData as SessionStart;

async function pass(
  session: InferenceSession,
  { id, input, output, type, data, shape }: Pass,
): Promise<void> {
  try {
    const values = type === 'float16' ? new Tensor(type, data, shape) : new Tensor(type, data, shape);
    const result = (await session.run({ [input]: values }, [output]))[output]!;
    const rows = { type: result.type, dims: result.dims, data: result.data };
    tell({ kind: 'rows', id, rows });
  } catch (error) {
    tell({ kind: 'failed', id, error: said(error) });
  }
}

try {
  const session = await InferenceSession.create(model, {
    logSeverityLevel: 3,
    // Images are decoded and requests are answered meanwhile: threads that wait must not keep the cores from them.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
    ...(threads !== undefined && { intraOpNumThreads: threads }),
  });
  port.on('message', (asked: Pass | 'release') => {
    if (asked === 'release') void session.release().then(() => port.close());
    else void pass(session, asked);
  });
  tell({
    kind: 'opened',
    opened: { inputs: [...session.inputMetadata], outputs: [...session.outputMetadata] },
  });
} catch (error) {
  tell({ kind: 'not opened', error: said(error) });
}
