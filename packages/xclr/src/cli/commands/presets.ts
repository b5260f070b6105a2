// The plans of comparisons that come with xclr.

export const presets = ['quickstart', 'emoji', 'photos'] as const;
