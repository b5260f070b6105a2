// What the studio's server and its page say to each other.

/** running: a process trains it. stale: its process ended without a word, as after kill -9. gone: its folder was deleted while shown. */
export type RunState = 'running' | 'finished' | 'stopped' | 'failed' | 'stale' | 'unreadable' | 'gone';

/** A setting as it stands in config.json. */
export type SettingValue = string | number | boolean | null;

/** A run as the table shows it. */
export interface RunSummary {
  readonly id: string;
  /** Relative to where the studio was started, where it lies below. */
  readonly path: string;
  readonly name: string;
  readonly state: RunState;
  /** Why it failed or cannot be read. */
  readonly problem: string | null;
  /** ISO time, from its record. */
  readonly createdAt: string | null;
  readonly method: string | null;
  readonly graph: string | null;
  readonly encoder: string | null;
  readonly data: string | null;
  readonly seed: number | null;
  readonly step: number;
  readonly totalSteps: number | null;
  /** Steps of an epoch, for an axis in epochs. */
  readonly stepsPerEpoch: number | null;
  /** Lines read of metrics.jsonl; `reading` is true while more are to come. */
  readonly rows: number;
  readonly reading: boolean;
  /** Lines that are no rows of metrics. */
  readonly brokenLines: number;
  /** The last value of each metric. */
  readonly last: Readonly<Record<string, number>>;
  readonly bestValidationLoss: number | null;
  readonly bestStep: number | null;
  /** Metrics of evaluation.json, of the encoder's features. */
  readonly measures: Readonly<Record<string, number>>;
  /** Seconds of training that are left at the present speed; null where it does not run. */
  readonly secondsLeft: number | null;
  /** When metrics.jsonl last changed, in milliseconds since 1970. */
  readonly updatedAt: number | null;
  readonly notices: number;
  readonly skipped: number;
  /** Number of snapshots that training wrote. */
  readonly snapshots: number;
  readonly tags: readonly string[];
  readonly note: string;
}

/** GET /api/runs */
export interface RunsAnswer {
  readonly runs: readonly RunSummary[];
  /** Every metric that some run has logged, in the order in which they were first seen. */
  readonly metrics: readonly string[];
  /** What was given on the command line and is neither a run nor holds one. */
  readonly others: readonly { readonly path: string; readonly problem: string }[];
  /** Embeddings, indexes and comparisons that were given or found. */
  readonly sources: readonly SourceSummary[];
  /** The folder that keeps notes, tags and saved lists. */
  readonly out: string;
}

export interface SourceSummary {
  readonly id: string;
  readonly kind: 'comparison' | 'embeddings' | 'index' | 'audit';
  readonly name: string;
  readonly path: string;
}

/** Points of one metric of one run, thinned out to what a chart can show: minimum and maximum of each stretch are kept. */
export interface Curve {
  readonly run: string;
  readonly metric: string;
  readonly step: readonly number[];
  /** Seconds of training until then. */
  readonly seconds: readonly number[];
  readonly value: readonly number[];
}

/** GET /api/curves */
export interface CurvesAnswer {
  readonly curves: readonly Curve[];
}

export interface NoticeLine {
  readonly at: string;
  readonly message: string;
}

export interface SkippedLine {
  /** The id of an image that could not be decoded; of a row that could not be read, where it stands. */
  readonly where: string;
  readonly reason: string;
  /** True for what was only remarked upon, and left nothing out. */
  readonly warning: boolean;
}

/** GET /api/run */
export interface RunDetail {
  readonly id: string;
  readonly notices: readonly NoticeLine[];
  readonly skipped: readonly SkippedLine[];
  /** What was chosen for `auto`, and why. */
  readonly chosen: readonly { readonly setting: string; readonly value: string; readonly why: string }[];
}

/** GET /api/settings: by run, flattened: 'optimizer.lr' → 0.001. */
export type SettingsAnswer = Readonly<Record<string, Readonly<Record<string, SettingValue>>>>;

/** PUT /api/notes */
export interface NoteChange {
  readonly run: string;
  readonly tags: readonly string[];
  readonly note: string;
}

/** Server-sent events: a run changed or is new ('run'). */
export interface RunEvent {
  readonly run: RunSummary;
}

/** Every failed answer. */
export interface ErrorAnswer {
  readonly error: string;
  readonly remedy?: string;
}

/** An image of a run's sample. */
export interface SampledItem {
  readonly id: string;
  readonly caption: string;
  readonly label: string | null;
  readonly columns: Readonly<Record<string, string>>;
}

/** GET /api/sample */
export interface SampleAnswer {
  readonly run: string;
  readonly data: string;
  /** Same in runs whose samples can be compared image by image. */
  readonly key: string;
  readonly graph: string;
  /** False where the method has no graph. */
  readonly hasGraph: boolean;
  readonly temperature: number | null;
  readonly steps: readonly number[];
  /** Seconds that all snapshots took, and the training, as far as that is known. */
  readonly seconds: number;
  readonly trainingSeconds: number;
  readonly projector: boolean;
  readonly items: readonly SampledItem[];
}

/** GET /api/row: similarities of one image to all of the sample, by each judge; null where there is none. */
export interface RowAnswer {
  readonly image: number;
  readonly graph: readonly number[] | null;
  readonly features: readonly number[];
  readonly projected: readonly number[] | null;
}

/** GET /api/agreement: two judges over the whole sample. */
export interface AgreementAnswer {
  readonly correlations: readonly (number | null)[];
  readonly mean: number | null;
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly pairs: readonly {
    readonly a: number;
    readonly b: number;
    readonly left: number;
    readonly right: number;
    readonly leftRank: number;
    readonly rightRank: number;
  }[];
}

/** GET /api/layout: where each image of the sample lies after each step; more to come while `complete` is false. */
export interface LayoutAnswer {
  readonly steps: readonly number[];
  /** For each step x and y of each image in turn. */
  readonly positions: readonly (readonly number[])[];
  readonly complete: boolean;
}

/** POST /api/lists */
export interface ListToSave {
  /** Letters, digits, dots and dashes. */
  readonly name: string;
  readonly replace: boolean;
  readonly images: readonly { readonly id: string; readonly reason?: string | undefined }[];
}

export interface SavedList {
  /** As it can be given to a command. */
  readonly path: string;
  readonly images: number;
}

/** GET /api/audit: what xclr graph audit would leave out. */
export interface AuditAnswer {
  readonly name: string;
  readonly findings: readonly {
    readonly id: string;
    readonly reason: string;
    readonly caption: string;
    readonly label: string | null;
    /** What was decided about it on the page. */
    readonly decision: AuditDecision | null;
  }[];
}

/** out: is left out. */
export type AuditDecision = 'out' | 'keep';

/** PUT /api/audit */
export interface AuditChange {
  readonly source: string;
  /** By the image's id; null takes a decision back. */
  readonly decisions: Readonly<Record<string, AuditDecision | null>>;
}

/** GET /api/index */
export interface IndexAnswer {
  readonly name: string;
  readonly size: number;
  readonly encoder: string;
  readonly dimensions: number;
  /** False where it was built without a map from words. */
  readonly words: boolean;
  readonly columns: readonly string[];
}

/** GET /api/search by an id or words, POST /api/search with the bytes of an image. */
export interface SearchAnswer {
  readonly found: readonly {
    readonly id: string;
    readonly similarity: number;
    readonly caption: string;
    readonly columns: Readonly<Record<string, string>>;
  }[];
}

/** GET /api/embeddings: a map of a file of embeddings. */
export interface EmbeddingsAnswer {
  readonly name: string;
  readonly encoder: string;
  /** Rows of the file; of very many only some are shown. */
  readonly total: number;
  /** x and y of each item in turn. */
  readonly positions: readonly number[];
  readonly items: readonly SampledItem[];
}

/** An image that two methods of a comparison answer differently, or one of them wrongly. */
export interface ComparedCase {
  readonly id: string;
  readonly caption: string;
  readonly label: string | null;
  /** Fraction of the seeds that were right. */
  readonly left: number;
  readonly right: number;
  /** What was answered most often over the seeds where it was wrong; null where the comparison does not keep answers. */
  readonly leftSaid: string | null;
  readonly rightSaid: string | null;
  /** How bad the mistakes were, mean over the seeds that were wrong; null where that was not measured. */
  readonly leftCost: number | null;
  readonly rightCost: number | null;
}

/** GET /api/cases */
export interface CasesAnswer {
  /** A run from whose data the images come; null where none of the comparison's runs is in sight. */
  readonly run: string | null;
  readonly seeds: number;
  readonly images: number;
  /** What `cost` means; null where mistakes are ordered by the number of seeds that made them. */
  readonly cost: string | null;
  /** How many there are; the lists hold the first ones. */
  readonly counts: { readonly leftOnly: number; readonly rightOnly: number; readonly worst: number };
  /** More often right on the left than on the right, the largest difference first. */
  readonly leftOnly: readonly ComparedCase[];
  readonly rightOnly: readonly ComparedCase[];
  /** Mistakes of the left, the worst first. */
  readonly worst: readonly ComparedCase[];
}

/** GET /api/comparison */
export interface ComparisonAnswer {
  readonly name: string;
  readonly focus: string;
  readonly methods: readonly { readonly key: string; readonly title: string; readonly control: boolean }[];
  readonly metrics: readonly string[];
  readonly entries: readonly {
    readonly metric: string;
    readonly fraction: number;
    readonly method: string;
    readonly mean: number | null;
    readonly low: number | null;
    readonly high: number | null;
    readonly perSeed: readonly (number | null)[];
    /** Significantly better or worse than the focus. */
    readonly verdict: 'better' | 'worse' | null;
  }[];
  readonly conclusions: readonly string[];
  readonly definitions: Readonly<Record<string, string>>;
  /** Measures that say of each image whether it was answered right. */
  readonly byImage: readonly string[];
}
