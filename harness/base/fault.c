/* Formats error messages, in the reader's language where there is a translation. */
#include "fault.h"

#include "translate.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int fault_set(struct fault *fault, int code, const char *format, ...) {
  va_list args;
  va_start(args, format);
  vsnprintf(fault->text, sizeof fault->text, translated(format), args);
  va_end(args);
  fault->code = code;
  return -1;
}

int fault_note(struct fault *fault, int code, const char *format, ...) {
  va_list args;
  va_start(args, format);
  vsnprintf(fault->text, sizeof fault->text, format, args);
  va_end(args);
  fault->code = code;
  return -1;
}

int fault_memory(struct fault *fault) { return fault_note(fault, EXIT_UNDECIDED, "out of memory"); }

int fault_at(struct fault *fault, const char *format, ...) {
  char message[sizeof fault->text];
  snprintf(message, sizeof message, "%s", fault->text);
  va_list args;
  va_start(args, format);
  int n = vsnprintf(fault->text, sizeof fault->text, translated(format), args);
  va_end(args);
  if (n >= 0 && n < (int)sizeof fault->text)
    snprintf(fault->text + n, sizeof fault->text - (size_t)n, ": %s", message);
  return -1;
}
