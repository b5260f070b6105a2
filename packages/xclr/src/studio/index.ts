// The studio: a local page over the folders that other commands write.
export { openStudio, type Studio, type StudioOptions } from './server.js';
