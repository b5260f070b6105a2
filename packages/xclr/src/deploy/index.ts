// xclr/deploy: everything after training. Apart from the rest, so that training loads no ONNX runtime and no database client.
export { type DistillOptions, distill } from './distill/distill.js';
export * from './embed/index.js';
export * from './encoder/index.js';
export * from './export/index.js';
export * from './search/index.js';
export * from './serve/index.js';
export { exportWeb, type WebExportOptions } from './web/export-web.js';
export { type WebApp, type WebItem, writeWebApp } from './web/web-app.js';
