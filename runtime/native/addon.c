/* What the addon exports: every part's functions, once for each thread that loads it. */
#include "addon.h"

#include <signal.h>
#include <stdlib.h>

static const struct function *const parts[] = {
    socket_functions, descriptor_functions, mapping_functions, poller_functions,
    process_functions, io_functions, disk_functions, spin_functions,
};

struct instance *instance_of(napi_env env) {
  void *instance = NULL;
  napi_get_instance_data(env, &instance);
  return instance;
}

static void free_instance(napi_env env, void *instance, void *hint) {
  (void)env;
  (void)hint;
  free(instance);
}

/* Node ignores SIGPIPE, but a program that stopped listening for it has set it back: then a closed pipe would end us. */
static void ignore_closed_pipes(void) {
  struct sigaction action;
  if (sigaction(SIGPIPE, NULL, &action) != 0 || (action.sa_flags & SA_SIGINFO) || action.sa_handler != SIG_DFL) return;
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, NULL);
}

static bool export_part(napi_env env, napi_value exports, const struct function *function) {
  for (; function->name != NULL; function++) {
    napi_value value;
    if (napi_create_function(env, function->name, NAPI_AUTO_LENGTH, function->call, NULL, &value) != napi_ok ||
        napi_set_named_property(env, exports, function->name, value) != napi_ok) {
      return false;
    }
  }
  return true;
}

NAPI_MODULE_INIT() {
  struct instance *instance = calloc(1, sizeof *instance);
  if (instance == NULL || napi_set_instance_data(env, instance, free_instance, NULL) != napi_ok) {
    free(instance);
    return throw_status(env);
  }
  ignore_closed_pipes();
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
    if (!export_part(env, exports, parts[i])) return throw_status(env);
  }
  return exports;
}
