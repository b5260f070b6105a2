// Counts and times for Prometheus.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Gate } from './gate.js';
import type { Intake } from './intake.js';

export interface Metrics {
  readonly registry: Registry;
  request(route: string, status: number, seconds: number): void;
  batch(size: number, seconds: number): void;
  decoderEnded(): void;
}

export interface Observed {
  readonly gate: Gate;
  readonly intake: Intake;
  readonly items: () => number;
}

export function createMetrics({ gate, intake, items }: Observed): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: 'xclr_requests_total',
    help: 'Requests answered',
    labelNames: ['route', 'status'],
    registers,
  });
  const seconds = new Histogram({
    name: 'xclr_request_seconds',
    help: 'Seconds from request to answer',
    labelNames: ['route'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const sizes = new Histogram({
    name: 'xclr_batch_images',
    help: 'Images encoded in one batch',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128],
    registers,
  });
  const encoding = new Histogram({
    name: 'xclr_encode_seconds',
    help: 'Seconds to encode a batch',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  });
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  gauge('xclr_requests_active', 'Requests in progress', () => gate.active);
  gauge('xclr_requests_waiting', 'Requests waiting', () => gate.waiting);
  gauge('xclr_bodies_receiving', 'Bodies that are still arriving', () => intake.receiving);
  gauge('xclr_body_bytes', 'Memory of bodies that arrive or wait', () => intake.held);
  const ended = new Counter({
    name: 'xclr_decoders_ended_total',
    help: 'Decoding processes that crashed or were ended for their time or memory',
    registers,
  });
  gauge('xclr_index_items', 'Items in the index', items);
  return {
    registry,
    request(route, status, took) {
      requests.inc({ route, status: String(status) });
      seconds.observe({ route }, took);
    },
    batch(size, took) {
      sizes.observe(size);
      encoding.observe(took);
    },
    decoderEnded() {
      ended.inc();
    },
  };
}
