/* Operations in the order in which they were added; each is in one list at a time. */
#ifndef VDEV_IO_LIST_H
#define VDEV_IO_LIST_H

#include "io.h"

struct list {
  struct operation *first;
  struct operation **tail;
};

static inline void list_clear(struct list *list) {
  list->first = NULL;
  list->tail = &list->first;
}

static inline void list_add(struct list *list, struct operation *operation) {
  operation->next = NULL;
  *list->tail = operation;
  list->tail = &operation->next;
}

static inline struct operation *list_take(struct list *list) {
  struct operation *operation = list->first;
  if (operation == NULL) return NULL;
  list->first = operation->next;
  if (list->first == NULL) list->tail = &list->first;
  return operation;
}

static inline bool list_remove(struct list *list, const struct operation *operation) {
  for (struct operation **at = &list->first; *at != NULL; at = &(*at)->next) {
    if (*at != operation) continue;
    *at = operation->next;
    if (*at == NULL) list->tail = at;
    return true;
  }
  return false;
}

#endif
