// Everything a report shows, as plain data: the caller measures and validates, the report only draws.

/** An image as it stands in the page. */
export interface Image {
  /** What the image shows, in any script: the alternative text and the tooltip. */
  readonly title: string;
  /** `data:image/…;base64,…`; the page loads nothing from elsewhere. */
  readonly dataUri: string;
}

/** One line of the setup table. */
export interface Setting {
  readonly label: string;
  readonly value: string;
}

/** One part of the data set: what it holds and what it was used for. */
export interface SplitSummary {
  readonly name: string;
  readonly images: number;
  /** What the part is for, such as "concepts never shown in training". */
  readonly purpose?: string;
}

/** A license notice at the foot of the report. */
export interface Credit {
  readonly name: string;
  readonly license: string;
  /** Attribution and where the work is found; printed as text, never fetched. */
  readonly attribution?: string;
}

/** What the report says of the data. */
export interface DatasetSummary {
  readonly name: string;
  readonly description: string;
  readonly splits: readonly SplitSummary[];
  /** A few images to show what the data looks like; each title is the caption. */
  readonly examples?: readonly Image[];
  readonly credits?: readonly Credit[];
}

/** A measured value; `low` and `high` bound its confidence interval and come together. */
export interface Measurement {
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
  /** How many queries, pairs or triplets it rests on. */
  readonly n?: number;
}

/** One logged step, as in a run's metrics.jsonl. Losses and entropies are in nats. */
export interface CurvePoint {
  readonly step: number;
  readonly loss: number;
  readonly lr?: number;
  /** Mean entropy of the targets: the loss cannot fall below it. */
  readonly targetEntropy?: number;
  readonly positiveMass?: number;
  /** ln(v·b − 1), v views of b images: the loss of a model that treats all images the same. */
  readonly chanceLoss?: number;
  readonly viewsPerSecond?: number;
  /** Mean seconds that a step waited for images, and took in all. */
  readonly dataSeconds?: number;
  readonly stepSeconds?: number;
}

/** A method of the report, with its curves and metrics. */
export interface Method {
  /** Stable name such as 'xclr': fixes the color and joins the other parts of the data. */
  readonly key: string;
  readonly title: string;
  /** One or two sentences a newcomer understands. */
  readonly description: string;
  /** True for a reference that learned nothing, such as raw pixels. */
  readonly control: boolean;
  readonly metrics: Readonly<Record<string, Measurement>>;
  readonly curve?: readonly CurvePoint[];
  /** Training time in seconds. */
  readonly seconds?: number;
}

/** A metric of the report, with its definition. */
export interface MetricColumn {
  readonly key: string;
  readonly title: string;
  /** One sentence: what is counted, over which images. */
  readonly explanation: string;
  /** Shown as a chart and measured one by one in the conclusions. */
  readonly headline: boolean;
  /** 'percent' prints 0.338 as 33.8 %; 'number' (default) as 0.338. */
  readonly unit?: 'percent' | 'number';
  readonly lowerIsBetter?: boolean;
  /** What guessing gives, where that is known; drawn as a line where it is near the values. */
  readonly chance?: number;
}

/** A paired difference on the same queries: `method` minus `other`, in the metric's own unit. */
export interface Difference {
  readonly metric: string;
  readonly method: string;
  readonly other: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Two-sided, and corrected by Holm's method for the other differences of the metric. */
  readonly p?: number;
  readonly pHolm?: number;
}

/** Similarities of the same n concepts, in the same order, by captions and by each method. */
export interface HeatMaps {
  readonly labels: readonly string[];
  /** The group of each concept; neighbors of one group are bracketed together. */
  readonly groups: readonly string[];
  /** (n, n) similarity of the captions. */
  readonly caption: readonly (readonly number[])[];
  /** (n, n) cosine of the learned vectors, by method. */
  readonly learned: Readonly<Record<string, readonly (readonly number[])[]>>;
}

/** A neighbor of a query image. */
export interface Neighbor {
  readonly image: Image;
  readonly right: boolean;
}

/** One query and its nearest images, nearest first, under each method. */
export interface NeighborRow {
  readonly query: Image;
  readonly perMethod: Readonly<Record<string, readonly Neighbor[]>>;
}

/** One image on a map; x and y in [0, 1], y upwards. */
export interface MapPoint {
  readonly x: number;
  readonly y: number;
  readonly image: Image;
  readonly group: string;
}

/** A command that the report proposes. */
export interface NextStep {
  readonly title: string;
  readonly command: string;
  readonly why: string;
}

/** A measure of a method over several seeds, made elsewhere with the same settings. */
export interface OverSeeds {
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly perSeed: readonly number[];
}

/** The same settings over several seeds: what one run is to be read beside. */
export interface SeedTable {
  readonly seeds: readonly number[];
  readonly processors: readonly string[];
  readonly remarks: readonly string[];
  readonly conclusions: readonly string[];
  /** Method → metric → its values over the seeds. */
  readonly methods: Readonly<Record<string, Readonly<Record<string, OverSeeds>>>>;
}

/** Everything that the report shows. */
export interface ReportData {
  readonly title: string;
  readonly created: Date;
  /** The method the report is about; 'xclr' unless said otherwise. */
  readonly focus?: string;
  /** One or two sentences under the title. */
  readonly summary?: string;
  readonly setup: readonly Setting[];
  readonly dataset: DatasetSummary;
  readonly methods: readonly Method[];
  readonly metrics: readonly MetricColumn[];
  readonly differences?: readonly Difference[];
  /** One training run a method: sentences are then about these encoders, not about the methods. */
  readonly oneSeed?: boolean;
  /** What the same settings gave over several seeds. */
  readonly overSeeds?: SeedTable;
  /** How intervals were made, such as "95 % bootstrap intervals over the queries". */
  readonly intervalNote?: string;
  readonly heatMaps?: HeatMaps;
  /** What counts as right in `neighbors`, such as "same concept, drawn in another style". */
  readonly neighborRule?: string;
  readonly neighbors?: readonly NeighborRow[];
  readonly maps?: Readonly<Record<string, readonly MapPoint[]>>;
  readonly conclusions: readonly string[];
  readonly nextSteps: readonly NextStep[];
}
