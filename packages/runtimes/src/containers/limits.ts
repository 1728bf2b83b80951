/** What a runtime may say of one container. */
export const maxAnswerBytes = 4 * 1024 * 1024;
