/** UTF-16 codes of the characters that JSON is put together from. */
export const NEWLINE = 10;
export const QUOTE = 34;
export const COMMA = 44;
export const MINUS = 45;
export const DIGIT_0 = 48;
export const DIGIT_9 = 57;
export const OPEN_LIST = 91;
export const BACKSLASH = 92;
export const CLOSE_LIST = 93;
export const OPEN_OBJECT = 123;
export const CLOSE_OBJECT = 125;
