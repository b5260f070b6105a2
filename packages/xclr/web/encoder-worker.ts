// The encoder, off the page's own thread: images in, vectors out. Nothing leaves the device.
import type { FromWorker, LoadedModel, ToWorker } from './messages.js';
import { preprocess } from './preprocess.js';

/** The part of onnxruntime-web that is used; the module is loaded from beside the page. */
interface Runtime {
  readonly env: { readonly wasm: { wasmPaths: string; numThreads: number } };
  readonly InferenceSession: {
    create(model: Uint8Array, options: object): Promise<Session>;
  };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => OrtTensor;
}
interface OrtTensor {
  readonly data: ArrayLike<number>;
  readonly dims: readonly number[];
}
interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: Record<string, OrtTensor>): Promise<Record<string, OrtTensor>>;
}

/** Images above this are shrunk by the browser before they are read: 24 megapixels take 100 MB. */
const mostPixels = 4_000_000;

let loaded: { runtime: Runtime; session: Session; config: LoadedModel } | undefined;

/** The types are a page's; a worker's own postMessage takes no target. */
const send = (message: FromWorker, transfer: Transferable[] = []) =>
  self.postMessage(message, { transfer, targetOrigin: '/' });

async function download(url: string, whole: number): Promise<Uint8Array> {
  const answer = await fetch(url);
  if (!answer.ok || answer.body === null) throw new Error(`${url}: the server answered ${answer.status}`);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const reader = answer.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    chunks.push(part.value);
    bytes += part.value.length;
    send({ kind: 'loading', bytes });
  }
  if (bytes !== whole) throw new Error(`${url}: got ${bytes} bytes of ${whole}; load the page again`);
  const model = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    model.set(chunk, at);
    at += chunk.length;
  }
  return model;
}

async function load({ model, runtime: folder, config }: Extract<ToWorker, { kind: 'load' }>): Promise<void> {
  const runtime = (await import(`${folder}ort.wasm.bundle.min.mjs`)) as Runtime;
  runtime.env.wasm.wasmPaths = folder;
  // Threads share memory, which browsers allow only to pages that are cross-origin isolated.
  const threads = self.crossOriginIsolated ? Math.min(4, navigator.hardwareConcurrency || 1) : 1;
  runtime.env.wasm.numThreads = threads;
  const bytes = await download(model, config.modelBytes);
  const session = await runtime.InferenceSession.create(bytes, { executionProviders: ['wasm'] });
  loaded = { runtime, session, config };
  send({ kind: 'ready', threads });
}

function pixelsOf(image: ImageBitmap) {
  const shrink = Math.min(1, Math.sqrt(mostPixels / (image.width * image.height)));
  const width = Math.max(1, Math.round(image.width * shrink));
  const height = Math.max(1, Math.round(image.height * shrink));
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('the browser gives no canvas to read the image with');
  context.drawImage(image, 0, 0, width, height);
  image.close();
  return context.getImageData(0, 0, width, height);
}

async function embed({ id, image }: Extract<ToWorker, { kind: 'embed' }>): Promise<void> {
  if (loaded === undefined) throw new Error('the encoder is not loaded yet');
  const { runtime, session, config } = loaded;
  const began = performance.now();
  const { values, plan } = preprocess(pixelsOf(image), config.preprocessor); // (3, h, w)
  const prepared = performance.now();
  const input = new runtime.Tensor('float32', values, [1, 3, plan.height, plan.width]);
  const outputs = await session.run({ [session.inputNames[0]!]: input });
  const name = session.outputNames.includes('image_embeds') ? 'image_embeds' : session.outputNames[0]!;
  const vector = Float32Array.from(outputs[name]!.data); // (d)
  const encodeMs = performance.now() - prepared;
  send({ kind: 'embedded', id, vector, preprocessMs: prepared - began, encodeMs }, [vector.buffer]);
}

self.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  const work = data.kind === 'load' ? load(data) : embed(data);
  work.catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    send({ kind: 'failed', message, ...(data.kind === 'embed' && { id: data.id }) });
  });
});
