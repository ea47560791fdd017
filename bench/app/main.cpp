#include "models.h"
#include "views.h"

int main(int argc, char** argv) {
    tatum::Site site{"settings.toml"};
    site.install(tatum::App{
        .label = "bench",
        .models = tatum::models<bench::World, bench::Fortune, bench::Category, bench::Product>(),
        .urls = &bench::urls,
        .context_processors = {bench::navigation},
    });
    return site.run(argc, argv);
}
