// Columns of the tables of the three worked cases: metric, title, unit, and 'least' where less is better or true where neither is.

/** Case → section of its README → columns. */
export const caseTables = {
  driving: {
    mistakes: [
      ['top1_signs', 'accuracy, %', 'percent'],
      ['hd1_signs', 'HD@1 ↓', 'number', 'least'],
      ['hd5_signs', 'HD@5 ↓', 'number', 'least'],
      ['hd20_signs', 'HD@20 ↓', 'number', 'least'],
      ['severity_signs', 'severity of mistakes', 'number', true],
      ['cost_signs', 'cost ↓', 'number', 'least'],
    ],
    reranked: [
      ['top1-crm_signs', 'accuracy, %', 'percent'],
      ['hd1-crm_signs', 'HD@1 ↓', 'number', 'least'],
      ['hd5-crm_signs', 'HD@5 ↓', 'number', 'least'],
      ['cost-crm_signs', 'cost, re-ranked by the tree ↓', 'number', 'least'],
      ['cost-least_signs', 'cost, re-ranked by cost ↓', 'number', 'least'],
    ],
    neighbors: [
      ['knn_signs', 'kNN, %', 'percent'],
      ['ndcg10_signs', 'NDCG@10', 'number'],
      ['hap_signs', 'H-AP', 'number'],
      ['parent1_new', 'unknown sign to its parent, %', 'percent'],
      ['parent2_new', 'two steps up, %', 'percent'],
      ['auroc_signs', 'unknown signs are farther, %', 'percent'],
    ],
    frequency: [
      ['head_signs', 'frequent signs, %', 'percent'],
      ['middle_signs', 'middling signs, %', 'percent'],
      ['tail_signs', 'rare signs, %', 'percent'],
    ],
  },
  medical: {
    hints: [
      ['knn_source', 'the source (kNN), %', 'percent', true],
      ['knn_finding', 'the finding (kNN), %', 'percent'],
      ['masked_finding', 'the finding, center covered, %', 'percent', true],
      ['kept50_finding', 'the finding, nearest half answered, %', 'percent'],
      ['hap_cases', 'H-AP', 'number'],
    ],
    similar: [
      ['relevance5_glioma', 'glioma', 'percent'],
      ['relevance5_meningioma', 'meningioma', 'percent'],
      ['relevance5_pituitary', 'pituitary tumor', 'percent'],
      ['relevance5_no-tumor', 'no tumor', 'percent'],
      ['relevance5_cases', 'all', 'percent'],
    ],
  },
  retail: {
    knows: [
      ['probe_type', 'type (probe), %', 'percent'],
      ['probe_color', 'color (probe), %', 'percent'],
      ['head_type', 'frequent types, %', 'percent'],
      ['middle_type', 'middling types, %', 'percent'],
      ['tail_type', 'rare types, %', 'percent'],
    ],
    search: [
      ['ndcg10_catalog', 'NDCG@10', 'number'],
      ['hap_catalog', 'H-AP', 'number'],
      ['ndcg10_sold-out', 'sold out: NDCG@10', 'number'],
      ['relevance10_sold-out', 'sold out: relevance of the first ten', 'number'],
      ['t2p_r10_names', 'name → image, R@10, %', 'percent'],
    ],
  },
};
