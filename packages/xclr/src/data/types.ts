// What every data source gives: samples with captions, and the list of what was wrong.

import type { Tree } from './tree.js';

/** A part of the data. Training sees only 'train'; settings are chosen on 'validation'; 'test' is for the final table. */
export type Split = 'train' | 'validation' | 'test';

/** The splits in their usual order. */
export const splits: readonly Split[] = ['train', 'validation', 'test'];

/** Pixels that lie in a file as they are: 8 bits a channel, rows from top to bottom. */
export interface RawLayout {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
  /** 'planar': all red, then all green, then all blue (CIFAR). 'interleaved': r, g, b of each pixel together. */
  readonly order: 'planar' | 'interleaved';
}

/** Where an image's bytes lie: a whole file, or a part of one (a tar member, a record of a binary file). */
export interface ImageRef {
  /** Absolute path of the file. */
  readonly path: string;
  /** In bytes; absent for the whole file. */
  readonly part?: { readonly offset: number; readonly length: number };
  /** Present for pixels as they are; absent for encoded images (JPEG, PNG, …). */
  readonly raw?: RawLayout;
  /** Width over height of the image as seen, where the pixels do not tell: squashed to a square, or rounded. */
  readonly aspect?: number;
  /** Values that are black and white, where it was said: of 16-bit images that hold fewer bits, of floating point. */
  readonly range?: readonly [black: number, white: number];
  /** crc32 of the bytes, where it is known: checked whenever they are read. */
  readonly crc32?: number;
  /** Address that the file was fetched from; it is fetched again where the cache gave it up (remote/hold.ts). */
  readonly url?: string;
}

/** One image and what is known of it. */
export interface Sample {
  /** Unique within the dataset and stable between runs. */
  readonly id: string;
  readonly image: ImageRef;
  /** At least one, none of them empty, Unicode NFC. */
  readonly captions: readonly string[];
  readonly label: string | null;
  readonly split: Split | null;
  /** The source's other columns, for filters and tasks: style, concept, photographer, … */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Something wrong with the data. Unless it is a warning, the sample in question was left out. */
export interface Problem {
  /** A file, perhaps with a line: "pairs.csv:17", "cats/3.jpg". */
  readonly where: string;
  readonly reason: string;
  /** Present for what deserves a look but left nothing out. */
  readonly warning?: true;
}

/** Samples of one source with a fingerprint of everything that decides a result. */
export interface Dataset {
  readonly name: string;
  /** Its kind of source: 'WebDataset tar shards'. */
  readonly source: string;
  /** Absolute folder that ids and problems are relative to. */
  readonly root: string;
  readonly samples: readonly Sample[];
  readonly problems: readonly Problem[];
  /** Size in pixels at which a packed store keeps its raw images; absent for all other data. */
  readonly packedSize?: number;
  /** Of shards on a server: how much there is, and how much of it may lie here at a time. */
  readonly shards?: RemoteShards;
  /** Of a table: which of its columns were taken for what. */
  readonly columns?: FoundColumns;
  /** sha256 over ids, captions, labels, splits, attributes and image sizes in bytes. */
  readonly fingerprint: string;
}

/** Shards on a server and the cache that they are read through; all in bytes. */
export interface RemoteShards {
  readonly count: number;
  readonly bytes: number;
  /** Of the largest shard. */
  readonly largest: number;
  readonly cacheBytes: number;
  /** Samples of a shard, on average. */
  readonly samplesEach: number;
}

/** Fractions of samples in each split; they must sum to 1. */
export type SplitFractions = Readonly<Record<Split, number>>;

/** Column names of a manifest, where they differ from the usual ones. */
export interface ManifestColumns {
  readonly image?: string | undefined;
  readonly caption?: string | undefined;
  readonly label?: string | undefined;
  readonly split?: string | undefined;
  readonly id?: string | undefined;
}

/** The columns of a table by what they were taken for; all others became attributes. */
export interface FoundColumns {
  /** Absent only where the images lie inside the table. */
  readonly image: string | undefined;
  readonly caption: string | undefined;
  readonly label: string | undefined;
  readonly split: string | undefined;
  readonly id: string | undefined;
  /** Which part of an object is the caption: 'en', where the column was named 'caption.en'. */
  readonly captionKey?: string;
}

/** Which samples to choose: keys are 'split', 'label', 'id' or an attribute; a sample passes when each key has the value, or one of the values. */
export type Filter = Readonly<Record<string, string | readonly string[]>>;

/** Which of a source's samples are used, and in which split. */
export interface Narrowing {
  /** Only samples that pass. */
  readonly only?: Filter | undefined;
  /**
   * Fraction of the training split that becomes the validation split, by a hash of each id. Where the source has a validation
   * but no test split, its validation becomes the test split: the layout of ImageNet, CIFAR and others.
   */
  readonly holdOut?: number | undefined;
  /** Fraction of the training split that is kept, class by class. A smaller fraction is a part of a larger one. */
  readonly fraction?: number | undefined;
  /** Which samples a fraction keeps. */
  readonly fractionSeed?: number | undefined;
}

/** How to read a source; every field has a default. */
export interface DatasetOptions extends Narrowing {
  /** Caption of a sample that has only a class: "{class}" is replaced by its name, with "_" as spaces. */
  readonly template?: string | undefined;
  readonly columns?: ManifestColumns | undefined;
  /** Folder that a manifest's relative image paths start from; by default the manifest's own. */
  readonly imageRoot?: string | undefined;
  /** Used only where the data names no split at all. Default: 0.8 / 0.1 / 0.1. */
  readonly fractions?: SplitFractions | undefined;
  /** 'id', 'label' or an attribute: samples that share its value fall into the same split. Default: 'id'. */
  readonly splitBy?: string | undefined;
  /** JSON-lines file with an `id` a line: these samples are left out (exclude.ts). */
  readonly exclude?: string | undefined;
  /** Values that become black and white in images of more than 8 bits, whatever their type; by default their type's. */
  readonly imageRange?: readonly [black: number, white: number] | undefined;
  /** Which kind of source to read the path as, where several recognize it: 'class-folders', 'texts', … */
  readonly format?: string | undefined;
  /** Take images alone too, an image or a folder of them, without classes or captions; for embedding. Default: false. */
  readonly imagesAlone?: boolean | undefined;
  /** Stop when more than this fraction of the samples (and at least 10) is unusable. Default: 0.1. */
  readonly maxFailureRate?: number | undefined;
  /** How shards on a server are fetched and kept. */
  readonly remote?: RemoteOptions | undefined;
}

/** How shards on a server are fetched and kept; every field has a default. */
export interface RemoteOptions {
  /** Folder of the cache; .cache/shards by default. Several processes may share it. */
  readonly folder?: string | undefined;
  /** Most bytes of shards to keep there; by default nine tenths of what the disk has for them. */
  readonly bytes?: number | undefined;
  /** Times to try again without a new byte; 8 by default. */
  readonly retries?: number | undefined;
  /** Seconds before the first retry, doubled for each further one; 1 by default. */
  readonly backOff?: number | undefined;
  /** Seconds without a byte after which a connection counts as dead; 60 by default. */
  readonly stallSeconds?: number | undefined;
  /** Hears why a download is tried again; standard error by default. */
  readonly onNotice?: ((message: string) => void) | undefined;
  /** Hears how many of the shards are indexed; a bar on standard error by default. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** A sample as a source found it, before checks that all sources share. */
export interface RawSample {
  readonly id: string;
  readonly image: ImageRef;
  readonly captions: readonly string[];
  readonly label: string | null;
  readonly split: Split | null;
  readonly attributes: Readonly<Record<string, string>>;
  /** For problems: file and perhaps line. */
  readonly where: string;
}

/** What a path leads to, looked at once for all kinds of source. */
export interface Place {
  /** Absolute, but for an address. */
  readonly path: string;
  /** 'pattern': several files, as in shard-{000..123}.tar. 'remote': addresses of a server, or a list of them. */
  readonly kind: 'file' | 'folder' | 'pattern' | 'remote';
  /** With the dot, in lower case; of a pattern, that of its files. */
  readonly extension: string;
  /** Names in a folder, sorted; empty otherwise. */
  readonly names: readonly string[];
  /** Every file below a folder, walked through once when it is first asked for; empty otherwise. */
  readonly tree: () => Promise<Tree>;
}

/** A kind of data source. */
export interface SourceKind {
  /** What chooses it: `--data-format webdataset`. */
  readonly format: string;
  /** For `xclr data inspect`: 'WebDataset tar shards'. */
  readonly name: string;
  /** For messages, as in "Give …": 'a folder of class folders'. */
  readonly what: string;
  /** True where the path is of this kind, by its name and what lies in it; must be cheap. */
  recognizes(place: Place, options: DatasetOptions): boolean | Promise<boolean>;
  /**
   * Present where other kinds may recognize the same folder with as good a reason (layouts.ts): true where this one
   * has images to take there. Kinds without it are told by files of their own and are taken at once.
   */
  competes?(place: Place): boolean | Promise<boolean>;
  /** Why a reading by this kind passes over an image that it said nothing of. Absent where the reader lists every image. */
  readonly passesOver?: string;
  read(place: Place, options: DatasetOptions & { readonly template: string }): Promise<RawDataset>;
}

/** What a source reader hands to openDataset. */
export interface RawDataset {
  readonly name: string;
  readonly root: string;
  readonly samples: readonly RawSample[];
  readonly problems: readonly Problem[];
  /** True where the samples belong to no split, and none is drawn. */
  readonly withoutSplits?: boolean;
  /** sha256 of what the source was read from, where it is one table: it identifies data too large to look at file by file. */
  readonly digest?: string;
  /** True where the digest covers the images too: it then identifies data of any size. */
  readonly digestCoversImages?: boolean;
  /** Has the splits drawn of samples that name none; where it is absent, the samples are made anew with theirs. */
  readonly drawSplits?: (draw: (sample: Sample) => Split) => void;
  /** True where the images lie inside the table's file. */
  readonly imagesInside?: boolean;
  /** Puts this before every id of samples that are read from their table when they are asked for. */
  readonly prefixIds?: (prefix: string) => void;
  /** Size in pixels of a packed store's raw images: they need no decoding. */
  readonly packedSize?: number;
  readonly shards?: RemoteShards;
  /** Of a table: which of its columns were taken for what. */
  readonly columns?: FoundColumns;
  /** True where the reader has listed duplicate ids already. */
  readonly uniqueIds?: boolean;
}
