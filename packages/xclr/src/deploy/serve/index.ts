// An encoder and an index over HTTP, and the client that speaks to it.
export { isLoopback } from './access.js';
export { Batcher } from './batcher.js';
export { type ClientOptions, ServerError, XclrClient } from './client.js';
export type { ServeOptions } from './options.js';
export type {
  ChangeAnswer,
  EmbedAnswer,
  HealthAnswer,
  ItemAnswer,
  SearchAnswer,
  SearchSettings,
} from './schemas.js';
export { type Listening, type ListenOptions, listen } from './server.js';
