import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** The outside world has one door: src/shared/env.ts. Elsewhere these are forbidden, so that whole runs can be tested in process. */
const outsideWorld = [
  'error',
  { name: 'process', message: 'Take it from shared/env.ts.' },
  { name: 'console', message: 'Write to env.stdout or env.stderr.' },
];

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'reports/', '.real/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/**/*.test.ts', 'src/shared/env.ts', 'src/shared/clock.ts'],
    rules: {
      'no-restricted-globals': outsideWorld,
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Take it from shared/clock.ts.' },
      ],
    },
  },
  {
    files: ['**/*.test.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
  {
    files: ['src/**/*.test.ts'],
    rules: {
      // The rooms' tests share their workers: a module that another file has loaded before is not replaced any more.
      'no-restricted-properties': [
        'error',
        ...['mock', 'doMock', 'resetModules'].map((property) => ({
          object: 'vi',
          property,
          message: 'Hand it to what is tested.',
        })),
      ],
    },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        performance: 'readonly',
        setTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        clearTimeout: 'readonly',
        setImmediate: 'readonly',
        structuredClone: 'readonly',
        AbortController: 'readonly',
      },
    },
  },
);
