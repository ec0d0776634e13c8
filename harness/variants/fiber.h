/* A stackful coroutine by hand: a thread of control with a stack of its own, and the switch from one to another.
 *
 * The first entry is by makecontext and setcontext, every switch after it by _setjmp and _longjmp, which, unlike
 * swapcontext, make no system call: the way of QEMU's util/coroutine-ucontext.c. The sanitizers are told of every
 * switch. Fibers of one thread only; a fiber never moves to another thread. */
#ifndef NWAY_FIBER_H
#define NWAY_FIBER_H

/* A fortified longjmp takes a jump to another stack for a fault ("longjmp causes uninitialized stack frame"). */
#undef _FORTIFY_SOURCE
#include <features.h>
#if defined __USE_FORTIFY_LEVEL && __USE_FORTIFY_LEVEL > 0
#error "fiber.h must come before any other header"
#endif

#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <ucontext.h>

#if defined __SANITIZE_ADDRESS__
#define FIBER_ASAN
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#define FIBER_ASAN
#endif
#endif
#if defined __SANITIZE_THREAD__
#define FIBER_TSAN
#elif defined __has_feature
#if __has_feature(thread_sanitizer)
#define FIBER_TSAN
#endif
#endif

#ifdef FIBER_ASAN
#include <sanitizer/common_interface_defs.h>
#include <sanitizer/lsan_interface.h>
#endif
#ifdef FIBER_TSAN
#include <sanitizer/tsan_interface.h>
#endif

/* One fiber, or the thread's own stack, for which it is zeroed. */
struct fiber {
  jmp_buf here; /* where it goes on */
  const void *stack;
  size_t bytes;
  void *fake_stack; /* ASan's */
  void *tsan;
};

/* ---- what the sanitizers are told ---- */

/* Before the jump. `ends`: `from` will never be gone back to. Must not be a call of its own: TSan counts calls. */
__attribute__((always_inline)) static inline void fiber_tell_leave(struct fiber *from, struct fiber *to, int ends) {
  (void)from, (void)to, (void)ends;
#ifdef FIBER_ASAN
  __sanitizer_start_switch_fiber(ends ? NULL : &from->fake_stack, to->stack, to->bytes);
#endif
#ifdef FIBER_TSAN
  if (!from->tsan)
    from->tsan = __tsan_get_current_fiber();
  __tsan_switch_to_fiber(to->tsan, 0);
#endif
}

/* After the jump; `from` gets the bounds of the stack that was left, unless NULL. */
__attribute__((always_inline)) static inline void fiber_tell_arrive(struct fiber *self, struct fiber *from) {
  (void)self, (void)from;
#ifdef FIBER_ASAN
  __sanitizer_finish_switch_fiber(self->fake_stack, from ? &from->stack : NULL, from ? &from->bytes : NULL);
#endif
}

/* What lies on a stack that is not running, also the thread's own, keeps memory from being called a leak. */
static inline void fiber_tell_roots(struct fiber *self, struct fiber *home, int home_is_new) {
  (void)self, (void)home, (void)home_is_new;
#ifdef FIBER_ASAN
  __lsan_register_root_region(self->stack, self->bytes);
  if (home_is_new)
    __lsan_register_root_region(home->stack, home->bytes);
#endif
}

/* ---- switching ---- */

/* Leaves `from`, which is running, and goes on in `to`; returns when someone switches back to `from`. */
static inline void fiber_switch(struct fiber *from, struct fiber *to) {
  if (_setjmp(from->here) == 0) {
    fiber_tell_leave(from, to, 0);
    _longjmp(to->here, 1);
  }
  fiber_tell_arrive(from, NULL);
}

/* The last switch of a fiber. */
_Noreturn static inline void fiber_end(struct fiber *from, struct fiber *to) {
  fiber_tell_leave(from, to, 1);
  _longjmp(to->here, 1);
}

/* ---- starting ---- */

struct fiber_birth {
  struct fiber *self, *home;
  void (*entry)(void *);
  void *argument;
};

/* makecontext passes ints: the address of the birth comes in two halves. */
static inline void fiber_main(unsigned high, unsigned low) {
  struct fiber_birth birth = *(struct fiber_birth *)(uintptr_t)((uint64_t)high << 32 | low);
  fiber_tell_arrive(birth.self, birth.home);
  fiber_switch(birth.self, birth.home);
  birth.entry(birth.argument);
  __builtin_trap(); /* entry must not return */
}

/* Makes `self` on stack[0 .. bytes - 1], called from `home`, the running thread's own stack. The first switch to it
 * calls entry(argument), which never returns: it ends by fiber_end. */
static inline void fiber_start(struct fiber *self, struct fiber *home, void *stack, size_t bytes, void (*entry)(void *),
                               void *argument) {
  struct fiber_birth birth = {self, home, entry, argument};
  uint64_t address = (uintptr_t)&birth;
  int home_is_new = !home->stack;
  ucontext_t context;
  *self = (struct fiber){.stack = stack, .bytes = bytes};
#ifdef FIBER_TSAN
  self->tsan = __tsan_create_fiber(0);
#endif
  getcontext(&context);
  context.uc_stack.ss_sp = stack;
  context.uc_stack.ss_size = bytes;
  context.uc_link = NULL;
  makecontext(&context, (void (*)(void))fiber_main, 2, (unsigned)(address >> 32), (unsigned)address);
  if (_setjmp(home->here) == 0) {
    fiber_tell_leave(home, self, 0);
    setcontext(&context);
  }
  fiber_tell_arrive(home, NULL);
  fiber_tell_roots(self, home, home_is_new);
}

/* Forgets a fiber that has ended; its stack is the caller's. */
static inline void fiber_forget(struct fiber *self) {
#ifdef FIBER_ASAN
  __lsan_unregister_root_region(self->stack, self->bytes);
#endif
#ifdef FIBER_TSAN
  __tsan_destroy_fiber(self->tsan);
#endif
  *self = (struct fiber){0};
}

#endif
