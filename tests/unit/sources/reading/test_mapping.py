"""Columns are given their terms by name and by value; what is missing is said."""

import pytest

from shopkeeper.errors import FormatError, UnknownNameError
from shopkeeper.sources.reading.mapping import assumptions, check_mapping, guess_mapping
from shopkeeper.sources.reading.profiles import ColumnProfile, Kind
from shopkeeper.sources.reading.terms import TERMS

HEADERS = {
    "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country": {
        "order_id": "Invoice",
        "ordered_at": "InvoiceDate",
        "customer_id": "Customer ID",
        "product_id": "StockCode",
        "product_name": "Description",
        "quantity": "Quantity",
        "unit_price": "Price",
        "country": "Country",
    },
    "invoice_no,customer_id,category,quantity,price,payment_method,invoice_date,shopping_mall": {
        "order_id": "invoice_no",
        "ordered_at": "invoice_date",
        "customer_id": "customer_id",
        "category": "category",
        "quantity": "quantity",
        "unit_price": "price",
        "payment_method": "payment_method",
        "store_name": "shopping_mall",
    },
    # Shopify calls the order `Name`, and writes totals of the order beside the first line.
    "Name,Email,Financial Status,Subtotal,Total,Created at,Lineitem quantity,Lineitem name,"
    "Lineitem price,Lineitem sku,Billing Country,Payment Method,Refunded Amount,Id,Source": {
        "order_id": "Name",
        "ordered_at": "Created at",
        "email": "Email",
        "product_id": "Lineitem sku",
        "product_name": "Lineitem name",
        "quantity": "Lineitem quantity",
        "unit_price": "Lineitem price",
        "country": "Billing Country",
        "channel": "Source",
        "payment_method": "Payment Method",
        "status": "Financial Status",
    },
    # WooCommerce
    "Order Number,Order Date,Customer Note,Email (Billing),SKU,Item Name,Quantity,Item Cost,"
    "Order Total Amount,Country Code (Billing),Coupon Code": {
        "order_id": "Order Number",
        "ordered_at": "Order Date",
        "email": "Email (Billing)",
        "product_id": "SKU",
        "product_name": "Item Name",
        "quantity": "Quantity",
        "unit_price": "Item Cost",
        "promotion": "Coupon Code",
        "country": "Country Code (Billing)",
    },
    # Magento
    "increment_id,created_at,customer_email,sku,qty_ordered,price,row_total,base_grand_total": {
        "order_id": "increment_id",
        "ordered_at": "created_at",
        "email": "customer_email",
        "product_id": "sku",
        "quantity": "qty_ordered",
        "unit_price": "price",
        "line_amount": "row_total",
    },
    "Bestellnr.,Bestelldatum,Kunden-Nr.,Artikelnr,Artikelbezeichnung,Menge,Preis (EUR),"
    "Zahlungsart": {
        "order_id": "Bestellnr.",
        "ordered_at": "Bestelldatum",
        "customer_id": "Kunden-Nr.",
        "product_id": "Artikelnr",
        "product_name": "Artikelbezeichnung",
        "quantity": "Menge",
        "unit_price": "Preis (EUR)",
        "payment_method": "Zahlungsart",
    },
    "N° de commande,Date de commande,Client,Référence produit,Désignation,Quantité,Prix unitaire": {
        "order_id": "N° de commande",
        "ordered_at": "Date de commande",
        "customer_id": "Client",
        "product_id": "Référence produit",
        "product_name": "Désignation",
        "quantity": "Quantité",
        "unit_price": "Prix unitaire",
    },
    "Pedido,Fecha,Cliente,Código producto,Producto,Cantidad,Precio unitario,País": {
        "order_id": "Pedido",
        "ordered_at": "Fecha",
        "customer_id": "Cliente",
        "product_id": "Código producto",
        "product_name": "Producto",
        "quantity": "Cantidad",
        "unit_price": "Precio unitario",
        "country": "País",
    },
    "Número do pedido,Data do pedido,Código do cliente,Produto,Quantidade,Preço unitário": {
        "order_id": "Número do pedido",
        "ordered_at": "Data do pedido",
        "customer_id": "Código do cliente",
        "product_name": "Produto",
        "quantity": "Quantidade",
        "unit_price": "Preço unitário",
    },
    "Numero ordine,Data,Codice cliente,Codice prodotto,Descrizione,Quantità,Importo": {
        "order_id": "Numero ordine",
        "ordered_at": "Data",
        "customer_id": "Codice cliente",
        "product_id": "Codice prodotto",
        "product_name": "Descrizione",
        "quantity": "Quantità",
        "line_amount": "Importo",
    },
    "Bestelnummer,Besteldatum,Klantnummer,Artikelnummer,Omschrijving,Aantal,Stukprijs": {
        "order_id": "Bestelnummer",
        "ordered_at": "Besteldatum",
        "customer_id": "Klantnummer",
        "product_id": "Artikelnummer",
        "product_name": "Omschrijving",
        "quantity": "Aantal",
        "unit_price": "Stukprijs",
    },
}


def profile(name: str, kind: Kind) -> ColumnProfile:
    return ColumnProfile(name, kind, row_count=10, missing_count=0, distinct_count=5)


@pytest.mark.parametrize(("header", "expected"), HEADERS.items(), ids=lambda part: str(part)[:20])
def test_headers_of_shops_are_understood(header, expected):
    assert guess_mapping(header.split(","), ()) == expected


def test_names_that_only_contain_a_known_name_are_left_to_the_user():
    header = ["order_id", "refunded amount", "estimated delivery date", "customer note"]
    assert guess_mapping(header, ()) == {"order_id": "order_id"}


def test_a_column_says_one_term_and_a_term_is_said_by_one_column():
    mapping = guess_mapping(["order", "order id", "date", "created at", "price", "sku"], ())
    assert mapping["order_id"] == "order id"
    assert len(set(mapping.values())) == len(mapping)


def test_values_overrule_names():
    profiles = [profile("date", Kind.TEXT), profile("created", Kind.TIMESTAMP)]
    assert guess_mapping(["date", "created"], profiles) == {"ordered_at": "created"}
    assert guess_mapping(["price"], [profile("price", Kind.TEXT)]) == {}
    assert guess_mapping(["order"], [profile("order", Kind.TIMESTAMP)]) == {}


def test_no_known_name_is_known_for_two_terms():
    owners: dict[str, str] = {}
    for term, known in TERMS.items():
        for name in known.names:
            assert owners.setdefault(name, term) == term, f"{name}: {owners[name]} and {term}"


GOOD = {"order_id": "Order", "ordered_at": "Date", "unit_price": "Price"}
HEADER = ["Order", "Date", "Price", "Customer"]


def test_a_sufficient_mapping_passes():
    check_mapping(GOOD, HEADER)
    check_mapping({"order_id": "Order", "ordered_at": "Date", "line_amount": "Price"}, HEADER)


def test_a_missing_column_offers_the_closest():
    with pytest.raises(FormatError, match="no column `Custmer` that could say `customer_id`") as e:
        check_mapping({**GOOD, "customer_id": "Custmer"}, HEADER)
    assert e.value.hint == "did you mean `Customer`?"


def test_an_unknown_term_offers_the_closest():
    with pytest.raises(UnknownNameError) as caught:
        check_mapping({**GOOD, "costumer_id": "Customer"}, HEADER)
    assert caught.value.hint == "did you mean `customer_id`?"


@pytest.mark.parametrize(
    ("without", "expected"),
    [
        ("order_id", "No column says `order_id`, the order. Columns: `Order`, `Date`"),
        ("ordered_at", "No column says `ordered_at`, when it was ordered."),
        ("unit_price", "No column says `unit_price` or `line_amount`, the price"),
    ],
)
def test_what_an_order_line_needs_is_demanded(without, expected):
    mapping = {term: column for term, column in GOOD.items() if term != without}
    with pytest.raises(FormatError) as caught:
        check_mapping(mapping, HEADER)
    assert expected in caught.value.message
    assert "shopkeeper.toml" in caught.value.hint


def test_what_is_assumed_is_said():
    said = assumptions({**GOOD, "product_name": "Item"})
    assert [text.split(":")[0] for text in said] == [
        "no column names the customer",
        "no column names the quantity",
        "no column names the product by a number",
    ]
    everything = {**GOOD, "email": "e", "quantity": "q", "product_id": "p"}
    assert assumptions(everything) == ()
