"""The shop's own terms for an order line, and the names that programs and languages give them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class TermKind(StrEnum):
    """What the values of a term must be."""

    NAME = "name"
    NUMBER = "number"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that an order line says.

    Attributes:
        meaning: What it says, in a few words.
        kind: What its values must be.
        names: Names of columns that hold it, the surest first; letter case, accents, spaces and
            signs do not matter.
    """

    meaning: str
    kind: TermKind
    names: tuple[str, ...]


def _term(meaning: str, kind: TermKind, names: str) -> Term:
    return Term(meaning, kind, tuple(name.strip() for name in names.split(",")))


_NAME, _NUMBER, _INSTANT = TermKind.NAME, TermKind.NUMBER, TermKind.INSTANT

# English with Shopify, WooCommerce, Magento and Amazon first, then German, French, Spanish,
# Portuguese, Italian and Dutch.
TERMS: Mapping[str, Term] = {
    "order_id": _term(
        "the order",
        _NAME,
        "order id, order number, order no, order nr, order #, orderid, invoice no, "
        "invoice number, invoice id, invoice, increment id, amazon order id, transaction id, "
        "receipt id, receipt no, order name, order reference, order, transaction, basket id, "
        "bestellnummer, bestellnr, bestell id, auftragsnummer, auftragsnr, belegnummer, "
        "belegnr, rechnungsnummer, rechnungsnr, bestellung, auftrag, beleg, rechnung, "
        "numero de commande, numero commande, no commande, id commande, commande, "
        "numero de facture, facture, numero de pedido, numero pedido, id pedido, pedido id, "
        "pedido, codigo do pedido, numero de factura, factura, nota fiscal, numero ordine, "
        "id ordine, ordine, numero fattura, fattura, ordernummer, bestelnummer, bestelling, "
        "factuurnummer, factuur",
    ),
    "order_line": _term(
        "the line within the order",
        _NAME,
        "order line, order line id, line number, line no, line id, order item id, item id, "
        "lineitem id, order item number, position, pos, bestellposition, positionsnummer, "
        "ligne, numero de ligne, linea, linha, item do pedido, riga, regel, regelnummer",
    ),
    "ordered_at": _term(
        "when it was ordered",
        _INSTANT,
        "ordered at, order date, order timestamp, order time, order created at, "
        "order datetime, order purchase timestamp, invoice date, created at, date created, "
        "purchase date, purchased at, transaction date, sale date, date of order, paid at, "
        "placed at, timestamp, datetime, date, time, created, bestelldatum, auftragsdatum, "
        "rechnungsdatum, belegdatum, bestellt am, kaufdatum, datum, date de commande, "
        "date commande, date de la commande, date de facture, date achat, fecha de pedido, "
        "fecha pedido, fecha del pedido, fecha de compra, fecha factura, fecha, "
        "data do pedido, data pedido, data da compra, data de compra, data ordine, "
        "data dell ordine, data fattura, data acquisto, data, besteldatum, orderdatum, "
        "factuurdatum, aankoopdatum",
    ),
    "customer_id": _term(
        "the customer",
        _NAME,
        "customer id, customer number, customer no, customer nr, customer unique id, "
        "client id, user id, buyer id, member id, shopper id, account id, customer code, "
        "customer key, customer, buyer, user, kundennummer, kundennr, kunden id, kunden nr, "
        "kunde, kaufer, numero client, numero de client, id client, code client, client, "
        "numero de cliente, id cliente, cliente id, codigo cliente, codigo do cliente, "
        "cliente, comprador, codice cliente, numero cliente, klantnummer, klant id, klant",
    ),
    "email": _term(
        "the customer's e-mail address",
        _NAME,
        "email, e mail, customer email, email address, mail, buyer email, billing email, "
        "contact email, email billing, kunden email, e mail adresse, emailadresse, "
        "adresse e mail, adresse email, courriel, correo electronico, correo, "
        "email do cliente, indirizzo email, e mailadres, mailadres",
    ),
    "phone": _term(
        "the customer's telephone number",
        _NAME,
        "phone, phone number, telephone, telephone number, customer phone, billing phone, mobile, "
        "mobile phone, telefon, telefonnummer, handynummer, telephone client, numero de telephone, "
        "telefono, numero de telefono, telefone, celular, numero di telefono, telefoonnummer",
    ),
    "person_key": _term(
        "what else tells one person from another",
        _NAME,
        "person key, loyalty card, loyalty card number, loyalty number, loyalty id, "
        "kundenkarte, kundenkartennummer, carte de fidelite, tarjeta de fidelidad, "
        "cartao de fidelidade, carta fedelta, klantenkaart",
    ),
    "customer_name": _term(
        "the customer's name",
        _NAME,
        "customer name, full name, billing name, buyer name, bill to name, client name, "
        "kundenname, name des kunden, nom du client, nom client, nombre del cliente, "
        "nombre cliente, nome do cliente, nome cliente, klantnaam, naam klant",
    ),
    "product_id": _term(
        "the product",
        _NAME,
        "product id, sku, lineitem sku, item sku, product sku, stock code, product code, "
        "item code, product number, product no, item number, item no, article number, "
        "article no, article id, variant id, asin, ean, gtin, barcode, upc, material, "
        "artikelnummer, artikelnr, artikel nr, artikel id, produktnummer, produkt id, "
        "reference produit, ref produit, code produit, code article, reference article, "
        "reference, codigo producto, codigo de producto, id producto, codigo articulo, "
        "referencia, codigo do produto, codigo produto, id produto, codice prodotto, "
        "codice articolo, id prodotto, productnummer, productcode, artikelcode",
    ),
    "product_name": _term(
        "the product's name",
        _NAME,
        "product name, lineitem name, item name, product title, product, item, title, "
        "description, product description, item description, article, article name, line item, "
        "artikelbezeichnung, artikelname, produktname, produktbezeichnung, bezeichnung, "
        "artikel, produkt, beschreibung, nom du produit, nom produit, designation, libelle, "
        "produit, nombre del producto, nombre producto, producto, descripcion, articulo, "
        "nome do produto, nome produto, produto, descricao, nome prodotto, prodotto, "
        "descrizione, articolo, productnaam, omschrijving, artikelnaam",
    ),
    "category": _term(
        "the product's category",
        _NAME,
        "category, product category, product category name, category name, product type, "
        "item category, department, product group, warengruppe, kategorie, produktkategorie, "
        "artikelgruppe, categorie, categorie produit, rayon, categoria, "
        "categoria del producto, categoria do produto, categoria prodotto, productcategorie, "
        "productgroep",
    ),
    "quantity": _term(
        "how many pieces",
        _NUMBER,
        "quantity, qty, lineitem quantity, qty ordered, item quantity, quantity ordered, "
        "quantity purchased, units, units sold, items sold, pieces, item qty, number of items, "
        "menge, anzahl, stuckzahl, stuck, bestellmenge, quantite, qte, nombre d articles, "
        "cantidad, unidades, quantidade, qtd, qtde, quantita, qta, pezzi, aantal, hoeveelheid",
    ),
    "unit_price": _term(
        "the price of one piece",
        _NUMBER,
        "unit price, lineitem price, item price, price per unit, price each, item cost, "
        "sale price, selling price, price, base price, product price, einzelpreis, stuckpreis, "
        "preis, verkaufspreis, artikelpreis, prix unitaire, prix de vente, prix, "
        "precio unitario, precio, precio de venta, preco unitario, valor unitario, preco, "
        "prezzo unitario, prezzo, stukprijs, eenheidsprijs, prijs, verkoopprijs",
    ),
    "line_amount": _term(
        "what the line costs in all",
        _NUMBER,
        "line amount, line total, row total, item total, item subtotal, line revenue, "
        "extended price, amount, net amount, revenue, sales, total price, total amount, "
        "net sales, total, subtotal, value, dollar value, turnover, gesamtpreis, "
        "positionsbetrag, zeilensumme, betrag, umsatz, summe, gesamt, gesamtbetrag, "
        "montant ligne, montant, prix total, total ligne, chiffre d affaires, importe, "
        "importe total, precio total, total linea, ventas, valor total, preco total, valor, "
        "receita, importo, prezzo totale, totale, totale riga, ricavo, regeltotaal, bedrag, "
        "totaalprijs, totaal, omzet",
    ),
    "discount_amount": _term(
        "money taken off the line",
        _NUMBER,
        "discount amount, lineitem discount, discount, line discount, item discount, rebate, "
        "rabatt, rabattbetrag, nachlass, remise, montant remise, reduction, descuento, "
        "importe descuento, desconto, valor desconto, sconto, importo sconto, korting, "
        "kortingsbedrag",
    ),
    "promotion": _term(
        "the promotion or voucher",
        _NAME,
        "promotion, discount code, coupon code, coupon, voucher, voucher code, promo code, "
        "campaign, gutschein, gutscheincode, aktion, code promo, bon de reduction, "
        "codigo promocional, cupon, cupom, promocao, codice sconto, promozione, kortingscode, "
        "actie",
    ),
    "country": _term(
        "the country",
        _NAME,
        "country, billing country, shipping country, customer country, country code, "
        "ship country, land, lieferland, rechnungsland, pays, pays de livraison, pais, "
        "pais de envio, paese, nazione",
    ),
    "city": _term(
        "the city",
        _NAME,
        "city, billing city, shipping city, customer city, town, ship city, stadt, ort, ville, "
        "ciudad, cidade, citta, stad, plaats, woonplaats",
    ),
    "channel": _term(
        "where the order came in",
        _NAME,
        "channel, sales channel, order channel, source, order source, source name, "
        "purchase point, platform, traffic source, vertriebskanal, verkaufskanal, kanal, "
        "canal, canal de vente, canal de venta, canal de venda, canale, canale di vendita, "
        "verkoopkanaal, kanaal",
    ),
    "payment_method": _term(
        "how it was paid",
        _NAME,
        "payment method, payment type, payment method title, payment, tender type, pay method, "
        "zahlungsart, zahlungsmethode, zahlart, mode de paiement, moyen de paiement, paiement, "
        "metodo de pago, forma de pago, metodo de pagamento, forma de pagamento, "
        "metodo di pagamento, betaalmethode, betaalwijze",
    ),
    "store_name": _term(
        "the shop or branch",
        _NAME,
        "store name, store, store id, shop, shop name, branch, shopping mall, location, "
        "location name, outlet, filiale, laden, magasin, boutique, tienda, loja, negozio, "
        "punto vendita, winkel, filiaal",
    ),
    "status": _term(
        "how far the order has got",
        _NAME,
        "status, order status, financial status, state, order state, fulfillment status, "
        "bestellstatus, auftragsstatus, statut, statut de la commande, estado, "
        "estado del pedido, status do pedido, situacao, stato, stato ordine, orderstatus",
    ),
    "refund_of": _term(
        "the order that is refunded",
        _NAME,
        "refund of, refunded order id, refunded order, original order id, original order, "
        "parent order id, original invoice, return of, storno zu, gutschrift zu, "
        "ursprungsbestellung, remboursement de, commande d origine, reembolso de, "
        "pedido original, rimborso di, ordine originale, retour van, oorspronkelijke bestelling",
    ),
}
