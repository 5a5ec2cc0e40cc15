/** Whose the variables are that the UEFI specification names, section 3.3: the end of their files' names. */
export const globalVariables = '8be4df61-93ca-11d2-aa0d-00e098032b8c';
