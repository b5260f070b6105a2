// xclr/compare: several methods on the same data, and the quick start.
export { completePlan } from '../compare/complete-plan.js';
export { conclusionsOf } from '../compare/conclusions.js';
export { type CellPlan, type Plan, type PlanChanges, readPlan } from '../compare/plan.js';
export { planPage } from '../compare/plan-page.js';
export { type QuickstartOptions, type QuickstartResult, quickstart } from '../compare/quickstart.js';
export { type PlanResults, resultsOf } from '../compare/results.js';
export { type CellState, type RunPlanOptions, runPlan, statesOf } from '../compare/run-plan.js';
export { writeResults } from '../compare/write-results.js';
