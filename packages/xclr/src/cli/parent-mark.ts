// The variable that tells a process which other one started it.
export const parentMark = 'XCLR_PARENT';
