#include <tatum/db/impl/compiler.h>

namespace tatum::db {

std::string condition_sql(const ModelMeta& model, const Q& condition, std::string_view) {
    if (condition.empty()) return {};
    impl::Query query;
    query.model = &model;
    impl::Compiler compiler(query, impl::sqlite_dialect());
    const impl::Sql sql = compiler.bare_condition(*condition.node());
    impl::Scratch scratch;
    std::vector<impl::Cell> cells;
    for (const impl::Param& param : sql.params) cells.push_back(impl::param_cell(param, scratch));
    return impl::render_sql(sql.text, cells);
}

}  // namespace tatum::db
