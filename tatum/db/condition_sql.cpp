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
    for (const impl::Param& param : sql.params) {
        const bool decimal = param.field && param.field->kind == FieldKind::DecimalField;
        // As Django writes a Decimal into DDL: as text, which the column's affinity converts.
        cells.push_back(
            decimal ? impl::Cell::of(scratch.keep(param.field->clean_type(param.value).str()))
                    : impl::param_cell(param, scratch));
    }
    return impl::render_sql(sql.text, cells);
}

}  // namespace tatum::db
