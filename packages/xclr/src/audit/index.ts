// Audits: faults in captions, labels and splits, with examples and remedies.
export { type AuditInput, type AuditReport, audit, type Excluded } from './audit.js';
export type { Audited, Example, Finding } from './finding.js';
