// xclr/client: the client of a server that `xclr serve` runs; works in browsers too.
export { type ClientOptions, ServerError, XclrClient } from '../deploy/serve/client.js';
export type {
  ChangeAnswer,
  EmbedAnswer,
  HealthAnswer,
  ItemAnswer,
  SearchAnswer,
  SearchSettings,
} from '../deploy/serve/schemas.js';
