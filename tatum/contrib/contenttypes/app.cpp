#include "app.h"

#include "cache.h"
#include "commands.h"
#include "models.h"

#include <tatum/site/site.h>

#include <contenttypes_files.h>

namespace tatum::contenttypes {

const App app{
    .label = "contenttypes",
    .verbose_name = "Content Types",
    .models = models<ContentType>(),
    .default_auto_field = "AutoField",
    .files = &contenttypes_files,
    .commands = {remove_stale_contenttypes()},
    .on_ready = [](Site& site) { site.extensions().set(ContentTypeCache()); },
    .on_migrated = create_contenttypes,
};

}  // namespace tatum::contenttypes
