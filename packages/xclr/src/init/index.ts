// What src/init offers: settings proposed for some data.
export { type Proposal, type ProposeOptions, proposeSettings } from './propose.js';
export type { Asker, Option } from './questions.js';
