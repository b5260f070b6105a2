// What a file is, by its first bytes: the formats that are read, and those that people give by mistake.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';

export type Identified =
  | { readonly kind: 'safetensors' | 'zip' | 'legacy' }
  /** `what` completes "it is …"; `remedy` is a sentence. */
  | { readonly kind: 'other'; readonly what: string; readonly remedy: string };

interface Foreign {
  readonly what: string;
  readonly remedy: string;
  readonly test: (head: Buffer, name: string) => boolean;
}

const begins =
  (...bytes: readonly number[]) =>
  (head: Buffer) =>
    bytes.every((byte, i) => head[i] === byte);
const reads = (pattern: RegExp) => (head: Buffer) => pattern.test(head.toString('latin1'));
const named = (pattern: RegExp) => (_: Buffer, name: string) => pattern.test(name);

const unpack = 'Unpack it and give the file inside.';
const fromPython =
  "Load the model in Python and save its weights alone: torch.save(model.state_dict(), 'weights.pth').";

const foreign: readonly Foreign[] = [
  {
    what: 'a web page (HTML), and not the file that the page offers',
    remedy:
      "Download the file itself; on the Hugging Face hub its address has /resolve/ where the page's has /blob/.",
    test: reads(/^\s*<(!doctype html|html|head|body)/i),
  },
  {
    what: "an XML message, probably a server's error",
    remedy: 'Open it in an editor to read the error, then download the file again.',
    test: reads(/^\s*<\?xml|^\s*<Error>/),
  },
  {
    what: 'a Git LFS pointer, and not the file that it stands for',
    remedy: 'Run `git lfs pull` in that repository, or download the file by its /resolve/ address.',
    test: reads(/^version https:\/\/git-lfs/),
  },
  {
    what: 'an ONNX model',
    remedy:
      'Training needs the weights: give the .safetensors or .pth file that the model was exported from.',
    test: (head, name) => /\.onnx$/i.test(name) || isOnnx(head),
  },
  { what: 'a gzip file', remedy: unpack, test: begins(0x1f, 0x8b) },
  { what: 'an xz file', remedy: unpack, test: begins(0xfd, 0x37, 0x7a, 0x58, 0x5a) },
  { what: 'a bzip2 file', remedy: unpack, test: begins(0x42, 0x5a, 0x68) },
  { what: 'a zstd file', remedy: unpack, test: begins(0x28, 0xb5, 0x2f, 0xfd) },
  { what: 'a 7z file', remedy: unpack, test: begins(0x37, 0x7a, 0xbc, 0xaf) },
  {
    what: 'a tar file',
    remedy: `${unpack} If PyTorch before 0.2 wrote it, load it there and save it anew.`,
    test: (head) => head.subarray(257, 262).toString('latin1') === 'ustar',
  },
  {
    what: 'an HDF5 file, as Keras writes',
    remedy: 'Convert it to safetensors: TensorFlow and Keras weights are not read.',
    test: begins(0x89, 0x48, 0x44, 0x46),
  },
  {
    what: 'a TensorFlow checkpoint or graph',
    remedy:
      "Convert it: transformers' from_pretrained(…, from_tf=True) and save_pretrained write safetensors.",
    test: named(/\.(index|pb|ckpt)$|\.data-\d+-of-\d+$/),
  },
  { what: 'a TensorFlow Lite model', remedy: fromPython, test: reads(/^.{4}TFL3/s) },
  {
    what: 'a Flax checkpoint (msgpack)',
    remedy: 'Convert it to safetensors, or take the repository’s model.safetensors.',
    test: named(/\.msgpack$/),
  },
  { what: 'a GGUF model', remedy: 'Give weights in .safetensors or .pth.', test: reads(/^GGUF/) },
  {
    what: 'a NumPy array',
    remedy: 'Save the weights by name: safetensors.numpy.save_file({name: array, …}, "weights.safetensors").',
    test: begins(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59),
  },
  {
    what: 'an image',
    remedy: 'Give a file of weights.',
    test: reads(/^(\x89PNG|\xff\xd8\xff|GIF8|RIFF....WEBP)/s),
  },
  { what: 'a PDF', remedy: 'Give a file of weights.', test: reads(/^%PDF/) },
  {
    what: 'a pickle of something else than a PyTorch checkpoint',
    remedy: `Only what torch.save writes is read. ${fromPython}`,
    test: (head) => head[0] === 0x80 && head[1]! <= 5,
  },
  {
    what: 'JSON',
    remedy: 'Give the file of weights, or the folder that both lie in.',
    test: reads(/^\s*[{[]\s*["{[\]}]/),
  },
  {
    what: 'a text file',
    remedy: 'Give a file of weights.',
    test: (head) => head.length > 0 && !/[^\t\n\r -~\x80-\xff]/.test(head.toString('latin1')),
  },
];

/** The beginning of torch.save's format before 1.6: a pickle of its magic number. */
const legacy = begins(0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19);

/** @throws if the file cannot be read */
export function identify(path: string): Identified {
  const { head, size } = headOf(path);
  if (size === 0)
    return { kind: 'other', what: 'empty', remedy: 'Its download or copy failed: fetch it again.' };
  if (legacy(head)) return { kind: 'legacy' };
  if (begins(0x50, 0x4b, 0x03, 0x04)(head)) return { kind: 'zip' };
  if (looksLikeSafetensors(head)) return { kind: 'safetensors' };
  const found = foreign.find(({ test }) => test(head, basename(path)));
  if (found !== undefined) return { kind: 'other', what: found.what, remedy: found.remedy };
  // Cut so short that even its header is not there: the reader says so.
  if (/\.safetensors$/i.test(path)) return { kind: 'safetensors' };
  return {
    kind: 'other',
    what: `no file of weights that is known here (it begins with the bytes ${head.subarray(0, 8).toString('hex')})`,
    remedy: 'Give a .safetensors file, or a .pth, .pt or .bin file that torch.save wrote.',
  };
}

/** protobuf: field 1 (the version of the format, 3 to 15), then field 2 (who made it). */
function isOnnx(head: Buffer): boolean {
  return head[0] === 0x08 && head[1]! >= 3 && head[1]! <= 15 && head[2] === 0x12;
}

/** A length that is possible, then JSON. */
function looksLikeSafetensors(head: Buffer): boolean {
  return head.length > 8 && head[8] === 0x7b && head.readBigUInt64LE(0) <= 100_000_000n;
}

function headOf(path: string): { head: Buffer; size: number } {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(1024);
    const got = readSync(file, head, 0, head.length, 0);
    return { head: head.subarray(0, got), size: fstatSync(file).size };
  } finally {
    closeSync(file);
  }
}
