export type StompVersion = '1.0' | '1.1' | '1.2';
