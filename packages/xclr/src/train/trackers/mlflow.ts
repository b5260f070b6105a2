// MLflow by its documented REST interface: mlflow.org/docs/latest/rest-api.html, version 2.0.
import { UserError } from '../../util/errors.js';
import { RefusedRequest, request } from './request.js';
import {
  flatSettings,
  type TrackedEnd,
  type TrackedRow,
  type TrackedRun,
  type TrackerClient,
} from './tracker.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Limits of a log-batch request. */
const mostMetrics = 1000;
const mostParameters = 100;
/** Longest value of a parameter that every version of the server takes. */
const longestValue = 500;

const statuses = { finished: 'FINISHED', interrupted: 'KILLED', failed: 'FAILED' } as const;

export class MlflowClient implements TrackerClient {
  readonly name = 'MLflow';
  readonly #base: string;
  readonly #authorization: string | undefined;
  readonly #experiment: string;
  #experimentId = '';
  #runId = '';

  /** @throws {UserError} without MLFLOW_TRACKING_URI */
  constructor(environment: Environment) {
    const address = environment.MLFLOW_TRACKING_URI;
    if (address === undefined || !/^https?:\/\//.test(address)) {
      throw new UserError(
        `logTo mlflow: expected MLFLOW_TRACKING_URI to be an http(s) address, got ${address ?? 'nothing'}`,
        'Set it to the tracking server, such as http://localhost:5000; MLFLOW_TRACKING_TOKEN or _USERNAME and _PASSWORD log in.',
      );
    }
    this.#base = address.replace(/\/+$/, '');
    const { MLFLOW_TRACKING_TOKEN: token, MLFLOW_TRACKING_USERNAME: user } = environment;
    const password = environment.MLFLOW_TRACKING_PASSWORD ?? '';
    if (token !== undefined) this.#authorization = `Bearer ${token}`;
    else if (user !== undefined)
      this.#authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    this.#experiment = environment.MLFLOW_EXPERIMENT_NAME ?? 'xclr';
  }

  get url(): string | undefined {
    return this.#runId === ''
      ? undefined
      : `${this.#base}/#/experiments/${this.#experimentId}/runs/${this.#runId}`;
  }

  async begin({ name, config, resumeId }: TrackedRun): Promise<string> {
    this.#experimentId = await this.#findExperiment();
    if (resumeId !== undefined) {
      this.#runId = resumeId;
      await this.#post('runs/update', { run_id: resumeId, status: 'RUNNING' });
      return resumeId;
    }
    const made = (await this.#post('runs/create', {
      experiment_id: this.#experimentId,
      run_name: name,
      start_time: Date.now(),
    })) as { run: { info: { run_id: string } } };
    this.#runId = made.run.info.run_id;
    const params = flatSettings(config).map(([key, value]) => ({
      key,
      value: String(value).slice(0, longestValue),
    }));
    for (let from = 0; from < params.length; from += mostParameters)
      await this.#post('runs/log-batch', {
        run_id: this.#runId,
        params: params.slice(from, from + mostParameters),
      });
    return this.#runId;
  }

  async send(rows: readonly TrackedRow[]): Promise<void> {
    const metrics = rows.flatMap(({ step, time, values }) =>
      Object.entries(values).map(([key, value]) => ({ key, value, timestamp: time, step })),
    );
    for (let from = 0; from < metrics.length; from += mostMetrics)
      await this.#post('runs/log-batch', {
        run_id: this.#runId,
        metrics: metrics.slice(from, from + mostMetrics),
      });
  }

  async end(how: TrackedEnd): Promise<void> {
    await this.#post('runs/update', { run_id: this.#runId, status: statuses[how], end_time: Date.now() });
  }

  async #findExperiment(): Promise<string> {
    const query = `experiments/get-by-name?experiment_name=${encodeURIComponent(this.#experiment)}`;
    try {
      const found = (await this.#get(query)) as { experiment: { experiment_id: string } };
      return found.experiment.experiment_id;
    } catch (error) {
      if (!(error instanceof RefusedRequest) || error.status !== 404) throw error;
      const made = (await this.#post('experiments/create', { name: this.#experiment })) as {
        experiment_id: string;
      };
      return made.experiment_id;
    }
  }

  #get(path: string): Promise<unknown> {
    return request({ url: `${this.#base}/api/2.0/mlflow/${path}`, authorization: this.#authorization });
  }

  #post(path: string, body: unknown): Promise<unknown> {
    return request({ url: `${this.#base}/api/2.0/mlflow/${path}`, authorization: this.#authorization, body });
  }
}
