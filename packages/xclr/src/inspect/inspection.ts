// What an inspection says of a data set: plain values, the same in JSON, on the terminal and on the page.
import type { Split } from '../data/index.js';
import type { Remark } from '../report/contact-sheet.js';
import type { TextEncoderChoice } from '../train/choose-text-encoder.js';

/** The middle of some values and their ends. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** How many samples have a name. */
export interface Named {
  readonly name: string;
  readonly count: number;
}

/** Classes and how evenly the samples are spread over them. */
export interface ClassReport {
  readonly classes: number;
  readonly unlabeled: number;
  /** Samples a class. */
  readonly samples: Spread;
  /** Samples of the largest class over those of the smallest. */
  readonly imbalance: number;
  /** The largest first. */
  readonly counts: readonly Named[];
}

/** Captions, all of them. */
export interface CaptionReport {
  readonly captions: number;
  readonly distinct: number;
  /** Captions a sample. */
  readonly perSample: Spread;
  /** Words a caption, as white space parts them. */
  readonly words: Spread;
  /** Captions with "\ufffd" or "Ã©": text that was once read in the wrong encoding. */
  readonly spoilt: number;
  /** True where samples of one label all have the same captions: the text knows no more than the label. */
  readonly followLabels: boolean;
  /** The most frequent first. */
  readonly commonest: readonly Named[];
  /** How many captions samples of several labels share. */
  readonly sharedCount: number;
  /** The first of them, those of most samples first. */
  readonly shared: readonly {
    readonly caption: string;
    readonly labels: readonly string[];
    readonly samples: number;
  }[];
}

/** A further column of the source. */
export interface AttributeReport {
  readonly name: string;
  /** Samples that have it. */
  readonly samples: number;
  /** Different values; more than 10,000 are not counted on. */
  readonly distinct: number;
  readonly commonest: readonly Named[];
}

/** What the headers of some images say. */
export interface ImageReport {
  /** Images whose headers were read, of all. */
  readonly looked: number;
  /** Pixels, as seen (EXIF orientation applied). */
  readonly width: Spread;
  readonly height: Spread;
  readonly shorterSide: Spread;
  readonly bytes: Spread;
  readonly formats: readonly Named[];
  /** Such as 'alpha', 'gray', 'turned by EXIF', '16-bit', 'CMYK', 'animated'. */
  readonly traits: readonly Named[];
  /** (looked) width and height of each. */
  readonly sizes: readonly (readonly [width: number, height: number])[];
  /** (looked) bytes of each. */
  readonly fileSizes: readonly number[];
  readonly broken: readonly { readonly id: string; readonly reason: string }[];
}

/** Everything found. */
export interface Inspection {
  readonly name: string;
  /** Kind of source. */
  readonly source: string;
  readonly path: string;
  readonly fingerprint: string;
  readonly samples: number;
  readonly splits: Readonly<Record<Split, number>> & { readonly none: number };
  /** False where the data names splits itself; true where they were drawn by a hash of each sample's id. */
  readonly splitsDrawn: boolean;
  readonly classes: ClassReport;
  readonly captions: CaptionReport;
  /** What `--text-encoder auto` is for these captions on this machine, and why. */
  readonly textEncoder: TextEncoderChoice;
  readonly attributes: readonly AttributeReport[];
  readonly images: ImageReport;
  /** What was left out or deserves a look, as the source found it. */
  readonly problems: readonly { readonly where: string; readonly reason: string; readonly warning?: true }[];
  readonly remarks: readonly Remark[];
}
