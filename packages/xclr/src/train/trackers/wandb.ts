// Weights & Biases by the two interfaces that its own client uses: GraphQL to make a run, and the file stream for metrics.
// Neither is documented as public; they are taken from the open-source client (github.com/wandb/wandb, Apache-2.0/MIT).
import { randomBytes } from 'node:crypto';
import { UserError } from '../../util/errors.js';
import { request } from './request.js';
import {
  flatSettings,
  type TrackedEnd,
  type TrackedRow,
  type TrackedRun,
  type TrackerClient,
} from './tracker.js';

type Environment = Readonly<Record<string, string | undefined>>;

const upsert = `mutation UpsertBucket($name: String!, $project: String, $entity: String, $displayName: String, $config: JSONString) {
  upsertBucket(input: { name: $name, modelName: $project, entityName: $entity, displayName: $displayName, config: $config }) {
    bucket { id name historyLineCount project { name entity { name } } }
  }
}`;

interface Upserted {
  readonly data?: {
    readonly upsertBucket?: {
      readonly bucket: {
        readonly name: string;
        readonly historyLineCount: number | null;
        readonly project: { readonly name: string; readonly entity: { readonly name: string } };
      };
    };
  };
  readonly errors?: readonly { readonly message: string }[];
}

const exitCodes = { finished: 0, interrupted: 255, failed: 1 } as const;

export class WandbClient implements TrackerClient {
  readonly name = 'Weights & Biases';
  readonly #base: string;
  readonly #authorization: string;
  readonly #project: string;
  readonly #entity: string | undefined;
  readonly #began = Date.now();
  #path = '';
  /** Rows that the service has. */
  #lines = 0;

  /** @throws {UserError} without WANDB_API_KEY */
  constructor(environment: Environment) {
    const key = environment.WANDB_API_KEY;
    if (key === undefined || key === '') {
      throw new UserError(
        'logTo wandb: expected WANDB_API_KEY in the environment, found none',
        'Set it to the key of wandb.ai/authorize; WANDB_PROJECT, WANDB_ENTITY and WANDB_BASE_URL choose where.',
      );
    }
    this.#base = (environment.WANDB_BASE_URL ?? 'https://api.wandb.ai').replace(/\/+$/, '');
    this.#authorization = `Basic ${Buffer.from(`api:${key}`).toString('base64')}`;
    this.#project = environment.WANDB_PROJECT ?? 'xclr';
    this.#entity = environment.WANDB_ENTITY;
  }

  get url(): string | undefined {
    if (this.#path === '') return undefined;
    const [entity, project, run] = this.#path.split('/');
    const site = this.#base === 'https://api.wandb.ai' ? 'https://wandb.ai' : this.#base;
    return `${site}/${entity}/${project}/runs/${run}`;
  }

  async begin({ name, config, resumeId }: TrackedRun): Promise<string> {
    const settings = Object.fromEntries(flatSettings(config).map(([key, value]) => [key, { value }]));
    const id = resumeId ?? randomBytes(4).toString('hex');
    const variables = {
      name: id,
      project: this.#project,
      entity: this.#entity,
      displayName: name,
      config: JSON.stringify(settings),
    };
    const { data, errors } = (await this.#post('graphql', { query: upsert, variables })) as Upserted;
    const bucket = data?.upsertBucket?.bucket;
    if (bucket === undefined) throw new Error(errors?.[0]?.message ?? 'the service made no run');
    this.#path = [bucket.project.entity.name, bucket.project.name, bucket.name]
      .map(encodeURIComponent)
      .join('/');
    this.#lines = bucket.historyLineCount ?? 0;
    return id;
  }

  async send(rows: readonly TrackedRow[]): Promise<void> {
    const content = rows.map(({ step, time, values }) =>
      JSON.stringify({
        ...values,
        _step: step,
        _timestamp: time / 1000,
        _runtime: Math.max(0, time - this.#began) / 1000, // the clock may have been set back
      }),
    );
    await this.#stream({ files: { 'wandb-history.jsonl': { offset: this.#lines, content } } });
    this.#lines += content.length;
  }

  async end(how: TrackedEnd): Promise<void> {
    await this.#stream({ complete: true, exitcode: exitCodes[how] });
  }

  #stream(body: object): Promise<unknown> {
    return this.#post(`files/${this.#path}/file_stream`, body);
  }

  #post(path: string, body: unknown): Promise<unknown> {
    return request({ url: `${this.#base}/${path}`, authorization: this.#authorization, body });
  }
}
