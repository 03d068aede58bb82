/** Frames as text without colour, and what no line may hold. */

/** Takes colours away: nothing else that begins with an escape. */
export const plain = (line: string): string => line.replace(/\u001b\[[0-9;]*m/g, '')

export const hasControls = (text: string): boolean => /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/.test(text)
