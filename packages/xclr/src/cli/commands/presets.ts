// The plans of comparisons that come with xclr.

export const presets = ['emoji', 'photos'] as const;
