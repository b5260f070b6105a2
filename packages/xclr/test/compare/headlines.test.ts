// Which measures the page of a comparison shows first.
import { expect, it } from 'vitest';
import { headlineMetrics, unknownHeadlines } from '../../src/compare/headlines.js';

const metrics = ['probe_type', 'probe_color', 'knn_type', 'alignment_test_projected', 'ndcg10_catalog'];

it('are the first of each kind, or those that the plan names, in its order', () => {
  expect(headlineMetrics({}, metrics)).toEqual(['probe_type', 'knn_type', 'ndcg10_catalog']);
  const headlines = ['ndcg10_catalog', 'probe_color', 'map_type'];
  expect(headlineMetrics({ headlines }, metrics)).toEqual(['ndcg10_catalog', 'probe_color']);
});

it('that name no measure are told, once something was measured', () => {
  expect(unknownHeadlines({ headlines: ['map_type', 'knn_type'] }, metrics)).toMatch(
    /no measure map_type\. There are: probe_type, probe_color/,
  );
  expect(unknownHeadlines({ headlines: ['knn_type'] }, metrics)).toBeNull();
  expect(unknownHeadlines({ headlines: ['map_type'] }, [])).toBeNull();
  expect(unknownHeadlines({}, metrics)).toBeNull();
});
