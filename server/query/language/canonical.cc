#include "server/query/language/canonical.h"
